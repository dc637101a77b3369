/*
 * Runs a Linux build of the firmware (mc.so) without a window: what the SDK's simulator application does for a build,
 * with an exit status, a time limit, and lines of standard input as messages to the program.
 *
 *   runner mc.so [seconds]
 *
 * Exit status: what the program asks for with screen.postMessage("exit:<status>"), 0 at the line "quit" or SIGTERM,
 * 64 + XS's status when the engine gives up, 124 at the time limit, 2 when there is no program to run.
 * screen.postMessage("restart") starts the program anew, as a reset does.
 */
#include <dlfcn.h>
#include <glib.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "screen.h"

enum { EXIT_USAGE = 2, EXIT_ENGINE = 64, EXIT_TIME_LIMIT = 124 };

/* The size is that of a common display; nothing shows it. */
enum { WIDTH = 320, HEIGHT = 240 };

/* Time for the loop to end a program whose limit has come, before it is ended from outside of the loop. */
enum { GRACE_SECONDS = 2 };

/* A program that polls faster gains nothing and keeps a core busy. */
enum { MIN_INTERVAL_MS = 5 };

typedef struct {
  GMainLoop* loop;
  txScreen* screen;
  txScreenLaunchProc launch;
  guint timer;
  int status;
  gboolean isRestarting;
} Runner;

/* The screen has no room for an owner, and there is one program in a process. */
static Runner runner;

static void end(int status) {
  runner.status = status;
  g_main_loop_quit(runner.loop);
}

static void onAbort(txScreen* screen, int status) {
  (void)screen;
  fflush(stdout);
  fprintf(stderr, "runner: the engine gave up with status %d\n", status);
  end(EXIT_ENGINE + status);
}

static void onScreen(txScreen* screen) {
  (void)screen;
}

static gboolean onTick(gpointer data) {
  txScreen* screen = data;
  if (screen->idle) screen->idle(screen);
  return G_SOURCE_CONTINUE;
}

static void onStart(txScreen* screen, double intervalMs) {
  guint ms = intervalMs < MIN_INTERVAL_MS ? MIN_INTERVAL_MS : (guint)intervalMs;
  if (!runner.timer) runner.timer = g_timeout_add(ms, onTick, screen);
}

static void onStop(txScreen* screen) {
  (void)screen;
  if (runner.timer) g_source_remove(runner.timer);
  runner.timer = 0;
}

static void onPost(txScreen* screen, char* message, int byteLength) {
  (void)screen;
  if (byteLength) return;
  if (!strncmp(message, "exit:", 5)) return end(atoi(message + 5));
  if (strcmp(message, "restart")) return;
  runner.isRestarting = TRUE;
  end(0);
}

/* A line "quit" ends the program; every other one is given to screen.onMessage. */
static gboolean onInput(GIOChannel* input, GIOCondition condition, gpointer data) {
  txScreen* screen = runner.screen;
  gchar* line = NULL;
  gsize length = 0;
  (void)condition;
  (void)data;
  if (g_io_channel_read_line(input, &line, NULL, &length, NULL) != G_IO_STATUS_NORMAL) return G_SOURCE_REMOVE;
  line[length] = 0;
  if (!strcmp(line, "quit")) end(0);
  else if (screen->invoke && *line) screen->invoke(screen, line, 0);
  g_free(line);
  return G_SOURCE_CONTINUE;
}

static gboolean onSignal(gpointer data) {
  (void)data;
  end(0);
  return G_SOURCE_REMOVE;
}

static gboolean onTimeLimit(gpointer data) {
  (void)data;
  fprintf(stderr, "runner: time limit\n");
  end(EXIT_TIME_LIMIT);
  return G_SOURCE_REMOVE;
}

/* A program that never gives control back keeps the loop from noticing anything. */
static void onAlarm(int number) {
  static const char message[] = "runner: time limit, and the program did not return\n";
  (void)number;
  if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0) _exit(EXIT_TIME_LIMIT);
  _exit(EXIT_TIME_LIMIT);
}

static void limitTime(int seconds) {
  if (seconds <= 0) return;
  signal(SIGALRM, onAlarm);
  alarm((unsigned)(seconds + GRACE_SECONDS));
  g_timeout_add_seconds((guint)seconds, onTimeLimit, NULL);
}

static gboolean onLaunch(gpointer data) {
  GIOChannel* input = g_io_channel_unix_new(STDIN_FILENO);
  (void)data;
  runner.launch(runner.screen);
  g_io_channel_set_encoding(input, NULL, NULL);
  /* Lines that were there before the program are given to it once it runs. */
  g_io_add_watch(input, G_IO_IN | G_IO_HUP, onInput, NULL);
  g_io_channel_unref(input);
  return G_SOURCE_REMOVE;
}

static txScreen* createScreen(void) {
  txScreen* screen = calloc(1, sizeof(txScreen) + WIDTH * HEIGHT * screenBytesPerPixel);
  if (!screen) return NULL;
  screen->abort = onAbort;
  screen->bufferChanged = onScreen;
  screen->formatChanged = onScreen;
  screen->post = onPost;
  screen->start = onStart;
  screen->stop = onStop;
  screen->width = WIDTH;
  screen->height = HEIGHT;
  mxCreateMutex(&screen->workersMutex);
  return screen;
}

static int load(const char* path) {
  void* library = dlopen(path, RTLD_NOW);
  if (library) *(void**)&runner.launch = dlsym(library, "fxScreenLaunch");
  if (runner.launch) return 0;
  fprintf(stderr, "runner: %s\n", dlerror());
  return EXIT_USAGE;
}

int main(int argc, char** argv) {
  int seconds = argc > 2 ? atoi(argv[2]) : 0;
  if (argc < 2) {
    fprintf(stderr, "usage: runner mc.so [seconds]\n");
    return EXIT_USAGE;
  }
  if (load(argv[1])) return EXIT_USAGE;
  /* Who started it reads its log: without them it is of no use. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  /* The SDK's sockets write to connections that the peer has closed. */
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  runner.screen = createScreen();
  runner.loop = g_main_loop_new(NULL, FALSE);
  if (!runner.screen) return EXIT_USAGE;
  g_idle_add(onLaunch, NULL);
  g_unix_signal_add(SIGTERM, onSignal, NULL);
  g_unix_signal_add(SIGINT, onSignal, NULL);
  limitTime(seconds);
  g_main_loop_run(runner.loop);
  fflush(NULL);
  if (runner.isRestarting) execv("/proc/self/exe", argv);
  /* Threads of audio and network still run: no destructors. */
  _exit(runner.status);
}
