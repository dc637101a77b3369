/* A pseudo-terminal: a serial port for programs of this computer, at whose other end the simulator is. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "addon.h"
#include "terminal.h"

static int openSlave(int master, const char** path) {
  struct termios mode;
  int slave;
  if (grantpt(master) != 0 || unlockpt(master) != 0) return -1;
  *path = ptsname(master);
  if (!*path) return -1;
  slave = open(*path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) return -1;
  /* Bytes pass as they are: no echo, no line endings, no signals. */
  if (tcgetattr(slave, &mode) == 0) {
    cfmakeraw(&mode);
    if (tcsetattr(slave, TCSANOW, &mode) == 0) return slave;
  }
  close(slave);
  return -1;
}

napi_value openTerminal(napi_env env, napi_callback_info info) {
  napi_value result, value;
  const char* path = NULL;
  int master = posix_openpt(O_RDWR | O_NOCTTY);
  int slave = master < 0 ? -1 : openSlave(master, &path);
  (void)info;
  if (slave < 0) {
    napi_throw_error(env, "terminal-missing", strerror(errno));
    if (master >= 0) close(master);
    return NULL;
  }
  napi_create_object(env, &result);
  napi_create_int32(env, master, &value);
  napi_set_named_property(env, result, "master", value);
  napi_create_int32(env, slave, &value);
  napi_set_named_property(env, result, "slave", value);
  napi_create_string_utf8(env, path, NAPI_AUTO_LENGTH, &value);
  napi_set_named_property(env, result, "path", value);
  return result;
}
