// Ctrl-C as bytes in a pipe.
//
// The handler is installed at once and does one write, so it works whatever thread the signal meets and however busy
// the cores are. Calling it again puts the handler back where a line editor has left its own.
#include "CEdit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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
  if (ends[0] < 0) {
    if (pipe(ends) != 0) return -1;
    for (int i = 0; i < 2; i++) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = interrupted;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  // Whoever started the process may have had it blocked, and a mask is inherited.
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &interrupt, NULL);
  return ends[0];
}
