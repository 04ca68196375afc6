"""The program's calls, walked from its coroutines: who blocks, by which chain, and who suffers.

`steps` reads one function in one frame, `explore` walks from the coroutines and handlers, `spread` carries
blocking backwards and roots forwards, `observe` says what was seen.
"""
