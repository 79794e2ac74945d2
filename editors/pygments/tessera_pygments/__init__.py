"""The Tessera language for Pygments."""

from pygments.lexer import RegexLexer, bygroups, include, words
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
)

__all__ = ["TesseraLexer"]

NAME = r"[^\W\d]\w*"


def string_states(prefix, quote, is_formatted, is_raw):
    """The inside of one kind of string: its end, its escapes, its expressions, its text."""
    rules = [(quote, String, "#pop")]
    if is_raw:
        rules.append((r"\\.", String))
    else:
        rules.append((r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.|\n)", String.Escape))
    if is_formatted:
        rules.append((r"\{\{|\}\}", String.Escape))
        rules.append((r"\{", String.Interpol, "expression"))
    line = "" if len(quote) == 3 else r"\n"
    special = r"\\" + quote[0] + line + (r"{}" if is_formatted else "")
    rules.append((rf"[^{special}]+", String))
    # A quote inside a string of three, or a brace that closes nothing.
    rules.append((rf"[{quote[0]}}}]" if is_formatted else rf"[{quote[0]}]", String))
    return rules


STRINGS = {
    f"string-{prefix}{quote}": string_states(prefix, quote, "f" in prefix, "r" in prefix)
    for prefix in ("", "r", "f", "fr")
    for quote in ('"""', "'''", '"', "'")
}


def string_starts():
    """Rules that open a string; three quotes before one."""
    for name in STRINGS:
        prefix = name[len("string-") :].rstrip("'\"")
        quote = name[len("string-") + len(prefix) :]
        spelled = {"": "", "r": "[rR]", "f": "[fF]", "fr": "(?:[fF][rR]|[rR][fF])"}[prefix]
        yield (spelled + quote, String.Affix if prefix else String, name)


class TesseraLexer(RegexLexer):
    """Colours Tessera scripts (`.tes`)."""

    name = "Tessera"
    aliases = ["tessera", "tes"]
    filenames = ["*.tes"]
    mimetypes = ["text/x-tessera"]

    tokens = {
        "root": [
            (r"\A#!.*", Comment.Hashbang),
            include("code"),
        ],
        "code": [
            (r"\s+", Text),
            (r"##.*", String.Doc),
            (r"#\|.*", Comment.Preproc),
            (r"#.*", Comment.Single),
            *string_starts(),
            (r"0[xX][0-9a-fA-F_]+", Number.Hex),
            (r"0[bB][01_]+", Number.Bin),
            (r"0[oO][0-7_]+", Number.Oct),
            (r"(\d[\d_]*\.(?!\.)[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?|\d[\d_]*[eE][+-]?\d+", Number.Float),
            (r"\d[\d_]*", Number.Integer),
            (rf"(def)(\s+)({NAME})", bygroups(Keyword, Text, Name.Function)),
            (rf"(model)(\s+)({NAME})(?=\s*[({{])", bygroups(Keyword, Text, Name.Class)),
            # Words that only mean something before a name.
            (rf"(layer|param|buffer)(\s+)({NAME})(?=\s*=)", bygroups(Keyword, Text, Name.Variable.Instance)),
            (r"(test)(\s+)(?=[\"'])", bygroups(Keyword, Text)),
            (r"(import)(\s+)", bygroups(Keyword.Namespace, Text), "import"),
            (words(("and", "or", "not", "in", "is"), prefix=r"\b", suffix=r"\b"), Operator.Word),
            (words(("True", "False", "None"), prefix=r"\b", suffix=r"\b"), Keyword.Constant),
            (
                words(
                    (
                        "def", "if", "elif", "else", "while", "for", "break", "continue", "return", "with", "as",
                        "try", "catch", "assert", "del", "const", "fn",
                    ),
                    prefix=r"\b",
                    suffix=r"\b",
                ),
                Keyword,
            ),
            (r"\b(self|builtin)\b", Name.Builtin.Pseudo),
            (rf"(\.)({NAME})", bygroups(Punctuation, Name.Attribute)),
            (rf"{NAME}(?=\()", Name.Function),
            (NAME, Name),
            (r"\.\.\.", Operator),
            (r"=>|\*\*=?|//=?|[-+*/%@&|^=<>!]=|[-+*/%@&|^~=<>]", Operator),
            (r"[\[\](){},:;.]", Punctuation),
        ],
        "import": [
            (rf"(from)\b", Keyword.Namespace, "#pop"),
            (rf"{NAME}", Name),
            (r"[ \t,]+", Text),
            (r"(?=.|\n)", Text, "#pop"),
        ],
        # Between the braces of an f-string; a map or a call may stand in it.
        "expression": [
            (r"\}", String.Interpol, "#pop"),
            (r"[!:=](?=[^=}][^}]*\}|\})", String.Interpol, "format"),
            (r"[(\[{]", Punctuation, "brackets"),
            include("code"),
        ],
        "brackets": [
            (r"[)\]}]", Punctuation, "#pop"),
            (r"[(\[{]", Punctuation, "#push"),
            include("code"),
        ],
        # What follows `=`, `!` or `:`, up to the closing brace, which belongs to the expression.
        "format": [
            (r"(?=\})", Text, "#pop"),
            (r"\{", String.Interpol, "expression"),
            (r"[^{}]+", String.Interpol),
        ],
        **STRINGS,
    }
