#include "editor.h"

#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>
#include <wctype.h>

CEditor *editor_of(EditLine *line) {
  CEditor *editor = NULL;
  el_get(line, EL_CLIENTDATA, &editor);
  return editor;
}

static char *prompt(EditLine *line) { return (char *)editor_of(line)->prompt; }

// ---- keys ----

static void replace_line(EditLine *line, const char *text, size_t cursor) {
  const LineInfo *info = el_line(line);
  el_cursor(line, (int)(info->lastchar - info->cursor));
  const LineInfoW *wide = el_wline(line);
  el_deletestr(line, (int)(wide->lastchar - wide->buffer));
  if (text[0] != '\0') {
    // libedit counts the cursor in characters, the host in bytes.
    char *head = strndup(text, cursor);
    if (head == NULL) return;
    el_insertstr(line, text);
    size_t tail = mbstowcs(NULL, text, 0) - mbstowcs(NULL, head, 0);
    el_cursor(line, -(int)tail);
    free(head);
  }
}

CEditReaction ask(EditLine *line, CEditKey key) {
  CEditor *editor = editor_of(line);
  const LineInfo *info = el_line(line);
  CEditReaction nothing = {0};
  char *text = strndup(info->buffer, (size_t)(info->lastchar - info->buffer));
  if (text == NULL) return nothing;
  CEditReaction reaction =
      editor->handler(editor->context, key, text, (size_t)(info->cursor - info->buffer));
  free(text);
  return reaction;
}

static unsigned char handle(EditLine *line, CEditKey key) {
  CEditReaction reaction = ask(line, key);
  unsigned char result = reaction.beep ? CC_REFRESH_BEEP : CC_REFRESH;
  if (reaction.line != NULL) replace_line(line, reaction.line, reaction.cursor);
  if (reaction.listing != NULL) {
    // To the terminal directly: the editor then draws its line anew below.
    FILE *out = NULL;
    el_get(line, EL_GETFP, 1, &out);
    if (out != NULL) {
      fprintf(out, "\n%s\n", reaction.listing);
      fflush(out);
    }
    result = CC_REDISPLAY;
  }
  free(reaction.line);
  free(reaction.listing);
  return result;
}

static unsigned char complete_key(EditLine *line, int c) {
  (void)c;
  return handle(line, CEditKeyComplete);
}

static unsigned char previous_key(EditLine *line, int c) {
  (void)c;
  return handle(line, CEditKeyPrevious);
}

static unsigned char next_key(EditLine *line, int c) {
  (void)c;
  return handle(line, CEditKeyNext);
}

// Right and Alt-F move where there is text to move over, and take from the suggestion where there is none.
static unsigned char forward(EditLine *line, CEditKey key) {
  const LineInfoW *info = el_wline(line);
  if (info->cursor == info->lastchar) return handle(line, key);
  const wchar_t *to = info->cursor + 1;
  if (key == CEditKeyAcceptWord) {
    while (to < info->lastchar && !iswalnum((wint_t)*to)) to++;
    while (to < info->lastchar && iswalnum((wint_t)*to)) to++;
  }
  el_cursor(line, (int)(to - info->cursor));
  return CC_REFRESH;
}

static unsigned char accept_key(EditLine *line, int c) {
  (void)c;
  return forward(line, CEditKeyAccept);
}

static unsigned char accept_word_key(EditLine *line, int c) {
  (void)c;
  return forward(line, CEditKeyAcceptWord);
}

// Ends the line the way Enter does, so that libedit leaves the cursor below it, and remembers why.
static unsigned char end_line(EditLine *line, CEditEnd end, const char *mark) {
  editor_of(line)->end = end;
  const LineInfo *info = el_line(line);
  el_cursor(line, (int)(info->lastchar - info->cursor));
  el_insertstr(line, mark);
  el_push(line, "\n");
  return CC_REFRESH;
}

static unsigned char interrupt_key(EditLine *line, int c) {
  (void)c;
  return end_line(line, CEditEndInterrupted, "^C");
}

static unsigned char editor_key(EditLine *line, int c) {
  (void)c;
  return end_line(line, CEditEndEditor, "");
}

// Keys that would have been signals, given back their meaning.
static unsigned char suspend_key(EditLine *line, int c) {
  (void)line;
  (void)c;
  raise(SIGTSTP);
  return CC_REFRESH;
}

static unsigned char quit_key(EditLine *line, int c) {
  (void)line;
  (void)c;
  raise(SIGQUIT);
  return CC_REFRESH;
}

// Puts the text that `cedit_read` was given on the line. Pushing the text itself would run it line by line.
static unsigned char initial_key(EditLine *line, int c) {
  (void)c;
  el_insertstr(line, editor_of(line)->initial);
  return CC_REFRESH;
}

// ---- bracketed paste ----

// libedit does not know bracketed paste: without this the markers leak into the line and every pasted line runs
// by itself. What stands between ESC[200~ (the key this is bound to) and ESC[201~ is put on the line as text.
static unsigned char paste_key(EditLine *line, int c) {
  (void)c;
  static const wchar_t marker[] = L"\033[201~";
  const size_t marker_length = sizeof marker / sizeof *marker - 1;
  // Nothing is suggested in the middle of a paste.
  editor_of(line)->is_quiet = 1;
  size_t length = 0, capacity = 4096;
  wchar_t *text = malloc(capacity * sizeof *text);
  while (text != NULL) {
    if (length + 1 >= capacity) {
      wchar_t *grown = realloc(text, (capacity *= 2) * sizeof *text);
      if (grown == NULL) break;
      text = grown;
    }
    wchar_t next;
    if (el_wgetc(line, &next) != 1) break;
    text[length++] = next == L'\r' ? L'\n' : next;
    if (length >= marker_length && wmemcmp(text + length - marker_length, marker, marker_length) == 0) {
      length -= marker_length;
      break;
    }
  }
  editor_of(line)->is_quiet = 0;
  if (text == NULL) return CC_ERROR;
  // The line ending of the last line is the reader's to give: Enter runs the paste, once.
  while (length > 0 && text[length - 1] == L'\n') length--;
  text[length] = L'\0';
  if (length > 0) el_winsertstr(line, text);
  free(text);
  return CC_REFRESH;
}

// ---- life ----

// A sequence that no terminal sends: `cedit_read` pushes it to reach `initial_key`.
#define INITIAL_KEY "\033[9900~"

struct binding {
  const char *name, *help;
  unsigned char (*function)(EditLine *, int);
  const char *keys[3];
};

static const struct binding bindings[] = {
    {"tessera-complete", "Complete the word", complete_key, {"^I"}},
    {"tessera-previous", "Earlier entry that starts like this", previous_key, {"\\e[A", "\\eOA", "^P"}},
    {"tessera-next", "Later entry that starts like this", next_key, {"\\e[B", "\\eOB", "^N"}},
    {"tessera-accept", "Go right, or take the suggestion", accept_key, {"\\e[C", "\\eOC", "^F"}},
    {"tessera-accept-word", "Go a word right, or take one", accept_word_key, {"\\ef", "\\e[1;5C"}},
    {"tessera-interrupt", "Give up the line", interrupt_key, {"^C"}},
    {"tessera-suspend", "Stop the process", suspend_key, {"^Z"}},
    {"tessera-quit", "End the process", quit_key, {"\\034"}},
    {"tessera-editor", "Edit elsewhere", editor_key, {"^X^E"}},
    {"tessera-initial", "Start from a given text", initial_key, {INITIAL_KEY}},
    {"tessera-paste", "Take a paste as one entry", paste_key, {"\\e[200~"}},
};

static void bind_keys(EditLine *line) {
  // While a line is edited Ctrl-C is a key; while a cell runs the terminal turns it into a signal. (Taking only
  // the interrupt character away does not last: libedit copies the terminal's characters back.)
  el_set(line, EL_SETTY, "-d", "-isig", NULL);
  for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++) {
    const struct binding *b = &bindings[i];
    el_set(line, EL_ADDFN, b->name, b->help, b->function);
    for (size_t k = 0; k < 3 && b->keys[k] != NULL; k++) el_set(line, EL_BIND, b->keys[k], b->name, NULL);
  }
  // The stock emacs map has no search.
  el_set(line, EL_BIND, "^R", "em-inc-search-prev", NULL);
  el_set(line, EL_BIND, "^S", "em-inc-search-next", NULL);
  // Word motions as terminals send them.
  el_set(line, EL_BIND, "\\e[1;5D", "ed-prev-word", NULL);
  el_set(line, EL_BIND, "\\e[3~", "ed-delete-next-char", NULL);
  el_set(line, EL_BIND, "\\e[H", "ed-move-to-beg", NULL);
  el_set(line, EL_BIND, "\\e[F", "ed-move-to-end", NULL);
}

static void use_utf8(void) {
  setlocale(LC_ALL, "");
  // Without a UTF-8 locale libedit drops every character past ASCII.
  if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  // Numbers print with a point whatever the reader's country.
  setlocale(LC_NUMERIC, "C");
}

CEditor *cedit_open(CEditHandler handler, void *context) {
  use_utf8();
  CEditor *editor = calloc(1, sizeof *editor);
  if (editor == NULL) return NULL;
  editor->handler = handler;
  editor->context = context;
  editor->history = history_init();
  editor->line = el_init("tessera", stdin, stdout, stderr);
  if (editor->line == NULL || editor->history == NULL) {
    cedit_close(editor);
    return NULL;
  }
  HistEvent event;
  history(editor->history, &event, H_SETSIZE, 10000);
  el_set(editor->line, EL_CLIENTDATA, editor);
  el_set(editor->line, EL_EDITOR, "emacs");
  el_set(editor->line, EL_SIGNAL, 1);
  el_set(editor->line, EL_PROMPT_ESC, prompt, '\1');
  el_set(editor->line, EL_HIST, history, editor->history);
  el_wset(editor->line, EL_GETCFN, read_key);
  bind_keys(editor->line);
  // The reader's own bindings come last and win.
  el_source(editor->line, NULL);
  return editor;
}

void cedit_close(CEditor *editor) {
  if (editor == NULL) return;
  if (editor->line != NULL) el_end(editor->line);
  if (editor->history != NULL) history_end(editor->history);
  free(editor);
}

static void bracketed_paste(int on) {
  if (isatty(STDOUT_FILENO)) {
    fputs(on ? "\033[?2004h" : "\033[?2004l", stdout);
    fflush(stdout);
  }
}

char *cedit_read(CEditor *editor, const char *prompt, const char *initial, CEditEnd *end) {
  editor->prompt = prompt;
  editor->end = CEditEndLine;
  editor->initial = initial;
  editor->is_quiet = 0;
  editor->columns = terminal_columns();
  if (initial != NULL && initial[0] != '\0') el_push(editor->line, INITIAL_KEY);
  const char *term = getenv("TERM");
  int has_paste = term != NULL && strcmp(term, "dumb") != 0;
  if (has_paste) bracketed_paste(1);
  // libedit shows the prompt before it takes the terminal over: a key pressed in between would still have the
  // terminal's own meaning, and Ctrl-C or Ctrl-D would be lost.
  el_set(editor->line, EL_PREP_TERM, 1);
  int length = 0;
  const char *text = el_gets(editor->line, &length);
  if (has_paste) bracketed_paste(0);
  *end = text == NULL || length <= 0 ? CEditEndOfInput : editor->end;
  // A key that ended an empty line leaves nothing to return.
  if (editor->end != CEditEndLine) *end = editor->end;
  if (text == NULL || length <= 0) return strdup("");
  if (text[length - 1] == '\n') length--;
  if (*end == CEditEndInterrupted && length >= 2) length -= 2; // the "^C" that end_line put there
  return strndup(text, (size_t)length);
}

void cedit_remember(CEditor *editor, const char *entry) {
  HistEvent event;
  history(editor->history, &event, H_ENTER, entry);
}
