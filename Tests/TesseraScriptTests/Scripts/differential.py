"""Runs programs given as JSON on standard input; prints what each wrote as JSON.

    [{"program": text} or {"expression": text}, …]  ->  [text, or null where Python takes it for no program, …]

An expression's answer is its repr. What an error says is the language's own affair: it is "error" here.
"""
import builtins
import contextlib
import io
import json
import sys

TYPES = {str: "string", dict: "map", type(None): "None"}


class ScriptError(Exception):
    def __init__(self, message, hint=None):
        super().__init__(message)
        self.message = message


def fail(message, hint=None):
    raise ScriptError(message)


def names():
    """The builtins where a name means something else here."""
    eager = {
        "zip": lambda *sequences: list(builtins.zip(*sequences)),
        "enumerate": lambda values, start=0: list(builtins.enumerate(values, start)),
        "reversed": lambda values: list(builtins.reversed(values)),
        "map": lambda function, *sequences: list(builtins.map(function, *sequences)),
        "filter": lambda function, values: list(builtins.filter(function, values)),
        "type": lambda value: TYPES.get(type(value), type(value).__name__),
        "error": fail,
    }
    return {"__name__": "script", **eager}


def answer(task):
    if "expression" in task:
        try:
            value = eval(task["expression"], names())
        except SyntaxError:
            return None
        except Exception:
            return "error"
        return repr(value)
    try:
        code = compile(task["program"], "script", "exec")
    except SyntaxError:
        return None
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        try:
            exec(code, names())
        except Exception:
            pass
    return written.getvalue()


sys.setrecursionlimit(20000)
sys.set_int_max_str_digits(0)
json.dump([answer(task) for task in json.load(sys.stdin)], sys.stdout)
