// Grey text after the cursor: how an earlier entry that begins like the line went on.
//
// libedit has nothing of the kind, but it asks for every key through a function that may be ours. The suggestion is
// drawn while that function waits and is gone before libedit sees the key, so libedit's idea of the screen stays true.
#define _GNU_SOURCE // wcwidth
#include "editor.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/// Where the cursor is after a text that starts at `column`; -1 where it holds what has no width.
static int column_after(const wchar_t *text, const wchar_t *end, int column, int columns) {
  for (; text < end; text++) {
    if (*text == L'\n') {
      column = 0;
      continue;
    }
    int width = wcwidth(*text);
    if (width < 0) return -1;
    // What does not fit goes to the next row whole.
    column = column + width > columns ? width : column + width;
    if (column == columns) column = 0;
  }
  return column;
}

int prompt_columns(const char *prompt) {
  int count = 0, is_escape = 0;
  for (; *prompt != '\0'; prompt++) {
    if (*prompt == '\1') {
      is_escape = !is_escape;
    } else if (!is_escape && (*prompt & 0xC0) != 0x80) {
      count++;
    }
  }
  return count;
}

/// The columns from the cursor to the right edge, less one that keeps the terminal from wrapping.
static int room(EditLine *line) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 0;
  const LineInfoW *info = el_wline(line);
  int start = prompt_columns(editor_of(line)->prompt);
  int column = column_after(info->buffer, info->lastchar, start % size.ws_col, size.ws_col);
  return column < 0 ? 0 : size.ws_col - column - 1;
}

/// Writes what fits of the first line of `text`; false where nothing does.
static int draw(FILE *out, const char *text, int columns) {
  wchar_t wide[512];
  size_t length = mbstowcs(wide, text, sizeof wide / sizeof *wide - 1);
  if (length == (size_t)-1) return 0;
  size_t end = 0;
  for (int used = 0; end < length && wide[end] != L'\n'; end++) {
    int width = wcwidth(wide[end]);
    if (width < 0 || used + width > columns) break;
    used += width;
  }
  if (end == 0) return 0;
  wide[end] = L'\0';
  fprintf(out, "\0337\033[90m%ls\033[0m\0338", wide);
  fflush(out);
  return 1;
}

static int is_idle(void) {
  struct pollfd input = {STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) == 0;
}

static int show_suggestion(EditLine *line, FILE *out) {
  const LineInfoW *info = el_wline(line);
  if (editor_of(line)->is_quiet || info->cursor != info->lastchar || info->buffer == info->lastchar) return 0;
  // Keys that are there already are answered first.
  if (!is_idle()) return 0;
  CEditReaction reaction = ask(line, CEditKeySuggest);
  int is_shown = reaction.line != NULL && draw(out, reaction.line, room(line));
  free(reaction.line);
  return is_shown;
}

int read_key(EditLine *line, wchar_t *key) {
  FILE *out = NULL;
  el_get(line, EL_GETFP, 1, &out);
  int is_shown = out != NULL && show_suggestion(line, out);
  if (wait_for_key(line)) is_shown = 0;
  // libedit's own function knows about signals; it is reached by giving the choice back for one key.
  el_wset(line, EL_GETCFN, EL_BUILTIN_GETCFN);
  int count = el_wgetc(line, key);
  el_wset(line, EL_GETCFN, read_key);
  if (is_shown) {
    fputs("\033[K", out);
    fflush(out);
  }
  // Ctrl-R and Ctrl-S write their own words on the line.
  if (count == 1 && (*key == 0x12 || *key == 0x13)) editor_of(line)->is_quiet = 1;
  return count;
}
