#pragma once
// What the files of this target share.
#include "CEdit.h"

#include <histedit.h>

struct CEditor {
  EditLine *line;
  History *history;
  CEditHandler handler;
  void *context;
  const char *prompt;
  const char *initial;
  /// Set by a key that ends the line in a way of its own.
  CEditEnd end;
  /// Whether suggestions stay away: during a paste, and once a search has taken the line over.
  int is_quiet;
  /// The terminal's columns for which the line is drawn.
  int columns;
};

CEditor *editor_of(EditLine *line);

/// What the host makes of a key on the present line; the caller frees its texts.
CEditReaction ask(EditLine *line, CEditKey key);

/// The columns of a prompt, whose escape sequences stand between `\1`.
int prompt_columns(const char *prompt);

/// Reads a key, with the suggestion on the screen while it waits.
int read_key(EditLine *line, wchar_t *key);

/// The terminal's columns; 0 where it does not say.
int terminal_columns(void);

/// Waits for a key, and draws the line anew where the terminal changes its size meanwhile; returns whether it did.
int wait_for_key(EditLine *line);

/// Turns SIGINT or SIGWINCH into bytes; returns the descriptor to read them from, or -1.
int watch_signal(int number);
