"""Programs that tangle the auditor up, each as large as it is asked to be: name -> size -> files."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Files = dict[str, str]
TORTURES: dict[str, Callable[[int], Files]] = {}

HEAD = "import time, asyncio\nfrom functools import partial\n"


def each(size: int, write: Callable[[int], str], glue: str = "\n") -> str:
    """What `write` says of every number, one after the other."""
    return glue.join(map(write, range(size))) + "\n"


def torture(make: Callable[[int], str | Files]) -> None:
    """Register a program: a text is the file `app.py`."""

    def files(size: int) -> Files:
        made = make(size)
        return {"app.py": HEAD + made} if isinstance(made, str) else made

    TORTURES[make.__name__.replace("_", " ")] = files


@torture
def functions_that_call_each_other(n: int) -> str:
    def write(i: int) -> str:
        calls = f"f{(i * 7 + 1) % n}(b, a); f{(i * 11 + 3) % n}(f{(i + 1) % n}, a); a(b)"
        return f"def f{i}(a, b=None):\n    {calls}\n    return f{(i * 5 + 2) % n}"

    return each(n, write) + "async def main():\n    f0(f1, f2)(f3, time.sleep)\n"


@torture
def a_long_chain_of_functions(n: int) -> str:
    functions = each(n, lambda i: f"def f{i}(): return f{i + 1}()")
    return functions + f"def f{n}(): time.sleep(1); return time\nasync def main():\n    f0().sleep(1)\n"


@torture
def ten_thousand_functions_of_one_name(n: int) -> str:
    functions = each(20 * n, lambda i: "def f(a):\n    f(a); a.f(f); time.sleep(1)\n    return f")
    return functions + "async def main(a):\n    f(f)(f); a.f(a)\n"


@torture
def classes_that_derive_from_each_other(n: int) -> str:
    def write(i: int) -> str:
        bases = f"C{(i + 1) % n}, C{(i * 3 + 2) % n}"
        return f"class C{i}({bases}):\n    def m(self): return self.n{i % 3}()\n    def n{i % 5}(self): super().m()"

    return each(n, write) + "async def main(c: C0):\n    c.m(); C1().m().n1()\n"


@torture
def a_long_chain_of_classes(n: int) -> str:
    classes = each(
        n, lambda i: f"class C{i + 1}(C{i}):\n    def m{i}(self): self.m{i - 1}(); super().m{i - 1}()"
    )
    return f"class C0: pass\n{classes}async def main(c: C{n}, d: C0):\n    c.m5(); d.m7(); c.nope()\n"


@torture
def diamonds_on_diamonds(n: int) -> str:
    def write(i: int) -> str:
        return "\n".join(f"class {c}{i + 1}(A{i}, B{i}):\n    def m(self): super().m()" for c in "AB")

    return f"class A0: pass\nclass B0: pass\n{each(n, write)}async def main(b: A{n}):\n    b.m(); b.k()\n"


@torture
def many_subclasses_of_one_class(n: int) -> str:
    classes = each(
        n, lambda i: f"class C{i}(B):\n    def m(self): time.sleep({i})\n    def k(self): self.m()"
    )
    return f"class B:\n    def m(self): ...\n{classes}async def main(b: B):\n    b.m(); b.k(); b.zzz()\n"


@torture
def a_class_of_three_thousand_methods(n: int) -> str:
    def write(i: int) -> str:
        rest = f"self.m{(i + 1) % n}(self.a{(i * 7) % n}); return self.b{i}.m{(i * 3) % n}(self)"
        return f"    def m{i}(self, a):\n        self.a{i} = a; {rest}"

    return f"class C:\n{each(n, write)}async def main(c: C):\n    c.m0(c); c.m7(1).x()\n"


@torture
def aliases_of_types_that_name_themselves(n: int) -> str:
    own = ", ".join("J" for _ in range(n))
    other = ", ".join("K, J" for _ in range(n))
    chain = each(n, lambda i: f"A{i + 1} = tuple[A{i}, A{i}, dict[str, A{i}]]")
    return (
        f"type J[T] = dict[str, J[T]] | list[J[T]] | tuple[{own}]\ntype K = tuple[{other}]\nA0 = int\n{chain}"
        f"async def main(a: J, b: K, c: A{n}):\n    a.x(); b.y(); a[0][0].z(); c.z()\n"
    )


@torture
def generics_that_contain_themselves(n: int) -> str:
    def write(i: int) -> str:
        return f"class G{i}[T: 'G{(i + 1) % n}[T]', U = list[T]]:\n    def m(self, a: T, b: 'G{i}[G{i}[U, T]]') -> U: a.m(b, b)"

    return each(n, write) + "async def main(g: G0[G1]):\n    g.m(g, g).m(g, g)\n"


@torture
def decorators_that_return_themselves(n: int) -> str:
    head = "def d(f): return d\ndef e(f):\n    def w(*a, **k): return f(*a, **k)\n    return w\ndef g(*a):\n    return g\n"
    stack = each(n, lambda i: "@d\n@e\n@g\n@g(1)(2)\n@e")
    return head + stack + "def x(a): time.sleep(1)\nasync def main():\n    x(1)\n"


@torture
def imports_in_circles_with_stars(n: int) -> Files:
    size = n // 4

    def write(i: int) -> str:
        stars = "".join(f"from m{(i * step + 1) % size} import *\n" for step in (1, 3, 7, 11))
        return f"{stars}import m{(i + 2) % size}\ndef f{i}(): return g{(i + 1) % size}(nope{i})\ndef g{i}(): f{i}().x(missing)\n"

    files = {f"m{i}.py": write(i) for i in range(size)}
    return {
        **files,
        "app.py": "from m0 import *\nimport time\nasync def main():\n    f0(); g5(); zzz(); f7(); time.sleep(1)\n",
    }


@torture
def names_that_are_their_own_attributes(n: int) -> str:
    stores = each(
        n, lambda i: f"        self.a{i} = self.a{(i + 1) % n}; self.b = self.b.a{i}; p.q{i} = self"
    )
    head = "x = x.y\ny = z\nz = y\nclass C:\n    def __init__(self, p):\n        self.a = self.b; self.b = self.a\n"
    return f"{head}{stores}async def main(c: C):\n    c.a.x(); c.a0.e(); c.b.a1.z(); x.y.z(); c.q1.q2.d()\n"


@torture
def containers_that_grow_in_a_loop(n: int) -> str:
    line = "        x = [x, y, z]; y = (x, *y, p); z = {'k': z, 'l': x}; p = partial(p, x, y); x.append(y); z['a'] = x"
    loop = each(n, lambda i: line)
    head = "def g(p):\n    x, y, z = [], (), {}\n    for i in p:\n"
    tail = "    return x, y, z, p\nasync def main():\n    a, b, c, d = g(time.sleep)\n    a[0](); b[0](); c['k'](); d()\n"
    return head + loop + tail


@torture
def containers_filled_by_many(n: int) -> str:
    def write(i: int) -> str:
        return f"D{i} = {{}}\ndef r{i}(f):\n    D{i}[f] = f\n    D{(i + 1) % n}.update(D{i})\n    return f"

    uses = each(n, lambda i: f"    D{i}[k]()")
    return each(n, write) + f"@r0\ndef x(): time.sleep(1)\nasync def main(k):\n{uses}"


@torture
def partials_of_partials(n: int) -> str:
    chain = each(n, lambda i: f"p{i + 1} = partial(p{i}, p{i}, k=p{i})\nasync def a{i + 1}(): return a{i}()")
    return f"p0 = time.sleep\nasync def a0(): pass\n{chain}async def main():\n    p{n}(); (await (await a{n}())).x()\n"


@torture
def calls_in_a_chain(n: int) -> str:
    chain = ".m()" * (10 * n)
    return f"class A:\n    def m(self): return self\nasync def main(a: A):\n    (a{chain}).m()\n    time.sleep(1)\n"


@torture
def five_thousand_branches(n: int) -> str:
    lines = each(10 * n, lambda i: f"    if a == {i}: x = time.sleep\n    elif a.b: x = a.c({i}); y{i} = x")
    return f"async def main(a):\n    x = None\n{lines}    x(1)\n"


@torture
def a_name_bound_again_and_again(n: int) -> str:
    lines = each(n, lambda i: "    x = g(x, x)\n    if x: x = [x]")
    return f"def g(a, b): return a or b\nasync def main(a):\n    x = a\n{lines}    x()\n"


@torture
def names_bound_in_expressions(n: int) -> str:
    parts = each(n, lambda i: f"[(x{i} := x{max(i - 1, 0)}) for a in b if (y := a)]", ", ").strip()
    return f"async def main(b):\n    x0 = b\n    return [{parts}]\n"


@torture
def a_dict_of_fifty_thousand_entries(n: int) -> str:
    entries = each(100 * n, lambda i: f"    'k{i}': f{i % 50},")
    functions = each(50, lambda i: f"def f{i}(): time.sleep({i})")
    return f"D = {{\n{entries}}}\n{functions}async def main(k):\n    D[k](); D['k5']()\n    for v in D.values(): v()\n"


@torture
def functions_given_functions(n: int) -> str:
    def write(i: int) -> str:
        more = f"f{(i * 3 + 1) % n}(lambda x: g(x), partial(h, g)); f{(i * 7) % n}(partial(g), lambda: h)"
        return f"def f{i}(g, h):\n    g(h); h(g); f{(i + 1) % n}(h, g); {more}"

    calls = each(n, lambda i: f"    f{i}(f{(i + 1) % n}, f{(i + 2) % n}); f{i}(time.sleep, f{i})")
    return each(n, write) + f"async def main():\n{calls}"


@torture
def arguments_passed_on_and_on(n: int) -> str:
    def write(i: int) -> str:
        call = f"f{(i + 1) % n}(*a, f{(i * 3) % n}, **k, x{i % 20}=f{i})"
        return f"def f{i}(*a, **k):\n    {call}\n    k['x{i % 20}'](*a); a[0](**k)\n    return a, k"

    return each(n, write) + "async def main(): f0(f1, x1=f2); f1(*f2(f3))[0][0]()\n"


@torture
def numbers_as_functions(n: int) -> str:
    head = (
        "zero = lambda f: lambda x: x\nsucc = lambda n: lambda f: lambda x: f(n(f)(x))\nn0 = zero\n"
        "plus = lambda m: lambda n: lambda f: lambda x: m(f)(n(f)(x))\nmult = lambda m: lambda n: lambda f: m(n(f))\n"
        "Y = lambda f: (lambda x: f(lambda v: x(x)(v)))(lambda x: f(lambda v: x(x)(v)))\n"
    )
    numbers = each(
        n, lambda i: f"n{i + 1} = succ(n{i}); p{i} = plus(n{i})(n{i}); q{i} = mult(p{i})(p{i})(p{i})"
    )
    return (
        head + numbers + "async def main():\n    n9(time.sleep)(1); q9(time.sleep)(1); Y(Y)(Y)(time.sleep)\n"
    )


@torture
def dependencies_of_dependencies(n: int) -> str:
    def write(i: int) -> str:
        return (
            f"def d{i}(x=Depends(d{(i + 1) % n}), y=Depends(d{(i * 7) % n})): return x\n"
            f"@app.get('/x{i}')\nasync def e{i}(x=Depends(d{i})): h{i % 9}(x)"
        )

    sleepers = each(9, lambda i: f"def h{i}(x): h{(i + 1) % 9}(x); h{(i * 4) % 9}(x); time.sleep(1)")
    return f"from fastapi import FastAPI, Depends\napp = FastAPI()\n{each(n, write)}{sleepers}"


@torture
def routers_in_routers(n: int) -> str:
    size = max(n // 8, 8)
    routers = each(size, lambda i: f"r{i} = APIRouter(prefix='/p{i}')")
    mounts = "".join(
        f"r{i}.include_router(r{j}, prefix='/a{j}')\n" for i in range(size) for j in range(i, size)
    )
    handlers = each(size, lambda i: f"@r{i}.get('/x')\nasync def h{i}(): time.sleep(1)")
    return f"from fastapi import FastAPI, APIRouter\napp = FastAPI()\n{routers}{mounts}{handlers}app.include_router(r0)\n"


@torture
def sessions_handed_through_wrappers(n: int) -> str:
    size = n // 2

    def write(i: int) -> str:
        return (
            f"async def w{i}(f, *a): return await w{(i + 1) % size}(f, *a) or await asyncio.to_thread(f, *a)\n"
            f"def u{i}(s: Session): s.commit(); u{(i + 1) % size}(s)\n"
            f"async def v{i}(s: Session):\n    await w{i}(u{i}, s); await w{(i * 7) % size}(lambda: s.commit())"
        )

    return f"from sqlalchemy.orm import Session\n{each(size, write)}"


@torture
def properties_and_operators(n: int) -> str:
    def write(i: int) -> str:
        getter = f"    @property\n    def p{i}(self): return self.p{(i + 1) % n}.p{(i * 7) % n}\n"
        return f"{getter}    @p{i}.setter\n    def p{i}(self, v): self.p{(i + 3) % n} = v; time.sleep(1)"

    dunders = "    def __add__(self, o): return C()\n    def __getitem__(self, i): return self\n    def __call__(self): return self\n"
    uses = each(n, lambda i: f"    c = (c + c)[c](); c.p{i} = c.p{(i + 1) % n}")
    return f"class C:\n{each(n, write)}{dunders}async def main(c: C):\n{uses}"


@torture
def generators_of_generators(n: int) -> str:
    chain = each(n, lambda i: f"def g{i + 1}():\n    yield from g{i}()\n    for x in g{i}(): yield [x]")
    return f"def g0():\n    yield time.sleep\n{chain}async def main():\n    for x in g{n}(): x(1)\n"
