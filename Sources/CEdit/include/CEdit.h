#pragma once
// A line editor on libedit's own interface, behind functions that Swift can call: libedit's are variadic.
#include <stddef.h>

typedef struct CEditor CEditor;

/// Keys whose meaning is the host's.
typedef enum CEditKey {
  CEditKeyComplete, // Tab
  CEditKeyPrevious, // Up, Ctrl-P
  CEditKeyNext,     // Down, Ctrl-N
  CEditKeySuggest,  // none: what could follow the line, as `line` of the reaction, is shown in grey
  CEditKeyAccept,   // Right, Ctrl-F at the end of the line
  CEditKeyAcceptWord, // Alt-F, Ctrl-Right at the end of the line
} CEditKey;

/// What the host makes of a key. Texts are allocated with `malloc` and freed by the editor.
typedef struct CEditReaction {
  /// Replaces the whole line; NULL leaves it.
  char *line;
  /// Where the cursor goes in `line`, in bytes.
  size_t cursor;
  /// Printed below the line, which is then drawn again; NULL prints nothing.
  char *listing;
  /// Rings the bell.
  int beep;
} CEditReaction;

/// Called with the line and the cursor's place in bytes while a line is edited.
typedef CEditReaction (*CEditHandler)(void *context, CEditKey key, const char *line, size_t cursor);

/// How reading a line ended.
typedef enum CEditEnd {
  CEditEndLine,        // Enter
  CEditEndOfInput,     // Ctrl-D on an empty line, or the terminal went away
  CEditEndInterrupted, // Ctrl-C
  CEditEndEditor,      // Ctrl-X Ctrl-E: the text so far is to be edited elsewhere
} CEditEnd;

/// Opens an editor on standard input and error; NULL when the terminal cannot be used.
CEditor *cedit_open(CEditHandler handler, void *context);
/// Gives the terminal back.
void cedit_close(CEditor *editor);

/// Reads a line with the given prompt. Escape sequences in the prompt stand between `\1` characters.
/// `initial` is put on the line first. The result is allocated with `malloc`, without its line ending,
/// and may hold several lines where they were pasted or recalled.
char *cedit_read(CEditor *editor, const char *prompt, const char *initial, CEditEnd *end);

/// Adds an entry to what Ctrl-R searches.
void cedit_remember(CEditor *editor, const char *entry);

/// Turns SIGINT into bytes; returns the descriptor to read them from, or -1.
int cedit_open_interrupts(void);
