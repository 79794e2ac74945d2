// The terminal's new size, while a key is waited for.
//
// libedit handles the signal where its own thread meets it; with several threads any of them may. So the signal becomes a
// byte in a pipe, which is waited for together with the keys; and as libedit puts its own handler in place for every line,
// it is asked for before every key.
#define _GNU_SOURCE // wcwidth
#include "editor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

int terminal_columns(void) {
  struct winsize size;
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// The rows between the start of the prompt and the cursor, after the terminal has broken the line anew.
static int rows_above(EditLine *line) {
  const int width = terminal_columns();
  if (width == 0) return 0;
  const LineInfoW *info = el_wline(line);
  int columns = prompt_columns(editor_of(line)->prompt), rows = 0;
  for (const wchar_t *c = info->buffer; c < info->cursor; c++) {
    if (*c == L'\n') {
      rows += columns / width + 1;
      columns = 0;
    } else {
      int cells = wcwidth(*c);
      columns += cells > 0 ? cells : 0;
    }
  }
  return rows + columns / width;
}

/// Draws the prompt and the line anew, in place of what is there.
static void draw_again(EditLine *line) {
  editor_of(line)->columns = terminal_columns();
  FILE *out = NULL;
  el_get(line, EL_GETFP, 1, &out);
  if (out != NULL) {
    int rows = rows_above(line);
    if (rows > 0) fprintf(out, "\033[%dA", rows);
    fputs("\r\033[J", out);
    fflush(out);
  }
  el_resize(line);
  el_set(line, EL_REFRESH);
}

int wait_for_key(EditLine *line) {
  int resizes = watch_signal(SIGWINCH);
  // A signal since the prompt was drawn met libedit's handler, which draws nothing; one from here on comes as a byte.
  int was_resized = editor_of(line)->columns != terminal_columns();
  if (was_resized) draw_again(line);
  for (;;) {
    struct pollfd events[2] = {{STDIN_FILENO, POLLIN, 0}, {resizes, POLLIN, 0}};
    if (poll(events, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return was_resized;
    }
    if (events[1].revents & POLLIN) {
      char bytes[64];
      if (read(resizes, bytes, sizeof bytes) > 0) draw_again(line);
      was_resized = 1;
    }
    if (events[0].revents != 0) return was_resized;
  }
}
