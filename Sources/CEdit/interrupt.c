// Ctrl-C as bytes in a pipe.
//
// The handler is installed at once and does one write, so it works whatever thread the signal meets and however busy
// the cores are. A line editor that saves and restores handlers around a line gives this one back as it was.
#include "CEdit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int ends[2] = {-1, -1};

static void interrupted(int number) {
  (void)number;
  int before = errno;
  char byte = 1;
  // A full pipe already holds more interrupts than anybody can answer.
  ssize_t written = write(ends[1], &byte, 1);
  (void)written;
  errno = before;
}

int cedit_open_interrupts(void) {
  if (ends[0] >= 0) return ends[0];
  if (pipe(ends) != 0) return -1;
  for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = interrupted;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  return ends[0];
}
