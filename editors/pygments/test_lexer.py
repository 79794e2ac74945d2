"""Every script of the project, and every cell of its lessons and pages, has a colour for each of its characters."""

import pathlib
import re
import unittest

from pygments.token import Comment, Error, Keyword, Name, Number, String
from tessera_pygments import TesseraLexer

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Characters that the language does not have. Scripts about errors hold them on purpose; they are errors here too.
FOREIGN = set("`!$?，")


def scripts():
    for folder in ("Tests", "lessons", "Benchmarks"):
        yield from sorted((ROOT / folder).rglob("*.tes"))


def cells():
    for folder in ("lessons", "docs"):
        for page in sorted((ROOT / folder).rglob("*.md")):
            text = page.read_text(encoding="utf-8")
            for match in re.finditer(r"^(`{3,})tessera[^\n]*\n(.*?)^\1", text, re.M | re.S):
                yield page, match.group(2)


class LexerTests(unittest.TestCase):
    def errors(self, text):
        return [value for kind, value in TesseraLexer().get_tokens(text) if kind is Error]

    def test_every_script_has_no_error(self):
        paths = list(scripts())
        self.assertGreater(len(paths), 100)
        for path in paths:
            text = path.read_text(encoding="utf-8", errors="replace")
            allowed = FOREIGN if path.parent.name == "syntax" else set()
            with self.subTest(path=str(path.relative_to(ROOT))):
                self.assertEqual(set(self.errors(text)) - allowed, set())

    def test_every_cell_has_no_error(self):
        found = list(cells())
        self.assertGreater(len(found), 50)
        for page, text in found:
            with self.subTest(page=str(page.relative_to(ROOT)), text=text[:60]):
                self.assertEqual(self.errors(text), [])

    def test_tokens_join_to_the_text(self):
        for path in scripts():
            text = path.read_text(encoding="utf-8", errors="replace")
            lexer = TesseraLexer(stripnl=False, ensurenl=False)
            self.assertEqual("".join(value for _, value in lexer.get_tokens(text)), text.replace("\r\n", "\n"))

    def test_words_have_their_kind(self):
        program = 'model A(n) { layer f = Linear(n, 2) }  # c\n## d\nx = f"{n + 1:.2f} é"\nlayer = 0x1F'
        kinds = {value: kind for kind, value in TesseraLexer().get_tokens(program)}
        self.assertEqual(kinds["A"], Name.Class)
        self.assertEqual(kinds["f"], Name.Variable.Instance)
        self.assertEqual(kinds["Linear"], Name.Function)
        self.assertEqual(kinds["# c"], Comment.Single)
        self.assertEqual(kinds["## d"], String.Doc)
        self.assertEqual(kinds[".2f"], String.Interpol)
        self.assertEqual(kinds["n"], Name)
        self.assertEqual(kinds["0x1F"], Number.Hex)
        # The last `layer` is a name: nothing but a declaration makes it a keyword.
        self.assertEqual(kinds["layer"], Name)
        self.assertEqual(kinds["model"], Keyword)


if __name__ == "__main__":
    unittest.main()
