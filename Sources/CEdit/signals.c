// Signals as bytes in pipes.
//
// A handler is installed at once and does one write, so it works whatever thread the signal meets and however busy the
// cores are. Asking again puts the handler back where a line editor has left its own.
#include "editor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct watched {
  int number;
  int ends[2];
} all_watched[] = {{SIGINT, {-1, -1}}, {SIGWINCH, {-1, -1}}};

static struct watched *find(int number) { return number == SIGINT ? &all_watched[0] : &all_watched[1]; }

static void arrived(int number) {
  int before = errno;
  char byte = 1;
  // A full pipe already holds more than anybody can answer.
  ssize_t written = write(find(number)->ends[1], &byte, 1);
  (void)written;
  errno = before;
}

int watch_signal(int number) {
  struct watched *watched = find(number);
  if (watched->ends[0] < 0) {
    if (pipe(watched->ends) != 0) return -1;
    for (int i = 0; i < 2; i++) fcntl(watched->ends[i], F_SETFD, FD_CLOEXEC);
    fcntl(watched->ends[1], F_SETFL, O_NONBLOCK);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = arrived;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
  // Whoever started the process may have had it blocked, and a mask is inherited.
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  pthread_sigmask(SIG_UNBLOCK, &set, NULL);
  return watched->ends[0];
}

int cedit_open_interrupts(void) { return watch_signal(SIGINT); }
