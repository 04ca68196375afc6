"""Source in syntax newer than Python 3.11's, by the version that brought it."""

from __future__ import annotations


def nested(depth: int) -> str:
    """An f-string in an f-string, and so on, all with the same quotes."""
    return f'f"{{a({nested(depth - 1)}, b)}}"' if depth else "c()"


PYTHON_3_12 = {
    "an alias": "type X = Session\ntype Y[T] = list[T]\nprint(X, type)\n",
    "an alias in a block": "if x: type X = int; y = 1\nclass C:\n    type X[T: int] = dict[str, T]\n",
    "type parameters": "def f[T](a: T) -> T: return g(a)\nasync def g[*Ts, **P](*a: *Ts): await h()\n",
    "bounds": "def f[T: Session, U: (int, str), V: dict[str, list[T]]](a, /, b=1, *c, d, **e): pass\n",
    "no parameters": "def f[T](): pass\ndef g[T](*, a): pass\ndef h[T](*a): pass\ndef i[T](a, /): pass\n",
    "a class": "class C[T]: pass\nclass D[T](): pass\n"
    "class E[T: (int, str), *Ts](Base[T], metaclass=M): x = f()\n",
    "decorated": "@a.b(c)\n@d\nclass C[T]:\n    @property\n    def m[U](self) -> U: ...\n",
    "lines in brackets": "def f[\n    T: Session,  # the session\n    *Ts,\n](\n    a: T,\n): call(\na)\n",
    "a bound that is a call": 'class C[T: f(x), U: "Later", V: f"{x}"](g(y)): pass\n',
    "soft keywords as names": 'type = 1\ntype.x = 2\ntype[0] = f"{a["b"]}"\ntype(x)\ntype (x)\nprint(type)\n',
    "the same quotes": """x = f"{a["b"]} {f"{f"{g("1" + f"2")}"}"}" + h('c')\n""",
    "a backslash": 'x = f"{"\\n".join(a)}" + f(b)\n',
    "a comment": 'x = f"{a(  # why {not} "this"\n    b)}" + f(c)\n',
    "lines in a field": "x = f'{\n  a(\n    b\n  )\n  !r:>{\n  width()}} and {c()}' + f(d)\n",
    "triple quotes": 'x = f"""a\n{b["""c"""]}\n  {d(f"{e}")} "{f()}" é {g()}\n""" + h()\n',
    "strings side by side": 'x = ("a" "b"  # one\n  f"{c["d"]}" "e"\n  rf"\\{f}" f"g").join(h)\n',
    "conversion and format": 'x = f"{a!r} {b!s:x} {c:{d}.{e()}} {f=} {g = !r} {h=:>{i["j"]}}"\n'
    'y = f"{k!=l} {m:=5} {n["o"]}"\n',
    "debugging": 'x = f"{a+b= # why\n}" f"{c["d"] = :x}"\n',
    "braces": 'x = f"{{}}{{{a["b"]}}}" f"{ {"a": b}["a"] }" f"{({1, 2})}" f"{{{{"\n',
    "named characters": 'x = f"\\N{EM DASH}{a["b"]}\\{c}" rf"\\N{d}\\{e}" f"\\\\{g}\\"{h}"\n',
    "more than a value": 'def f(): return f"{yield x["y"]} {yield} {*a, b} {c, }"\n'
    'def g(): return f"{(d := e["f"])} {(lambda: g(1))()}"\n',
    "colons inside": 'x = f"{a[1:2]} {(lambda x: y)(1)} {b["c"]:{d[1:2]}} { {"e": 1}["e"]}"\n',
    "an empty one": 'x = f"" f"{a["b"]}"; y = F"" + Rf\'\' "c"\n',
    "in odd places": 'f"{a["b"]}"\ndel x[f"{a["b"]}"]\nassert f"{a["b"]}", f"{c()}"\n'
    'print(*f"{d["e"]}", **{f"{g()}": 1})\n',
    "not ASCII": 'é = f"ä{ü["ö"]}é{f(é)} ß" + g("ä") + f"{h("ö")}{i}"\n',
    "windows lines": 'def f[T](a):\r\n    return f"{a["b"]}{\r\n    c()}"\r\nd()\r\n',
    "form feeds and tabs": 'class C[T]:\n\tdef f[U](\tself ) : return f"{ a["b"] }"\n\x0c\ndef g[T](): h()\n',
    "continued lines": 'x = f"{a["b"]}" \\\n  f"{c()}" + \\\n  d()\ndef f [T] \\\n  (a): pass\n',
    "deep": "x = " + nested(30) + "\n",
    "numbers": 'x = 1if y else 0x1f or 1.5e+3j + 1_0.0_1, .5, 1..real, f"{0xFf["a"]}"\n',
    "operators": 'x = (a := b) <= c != d == e, a @ b // c ** d << e, ~f, f"{g["h"]}"\n'
    "y //= 1; z: int = 2; x **= 3; x <<= ...\n",
}

PYTHON_3_13 = {
    "defaults": "class C[T = int, *Ts = *tuple[int, str], **P = [int]](Base): pass\n",
    "a bound and a default": "def f[T: Session = LocalSession, U=f(x)](a: T): pass\n"
    "type X[T = dict[str, int]] = T\n",
}
