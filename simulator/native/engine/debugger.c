/*
 * The connection to a debugger that speaks the xsbug protocol. It is blocking: while the program is stopped, so is the
 * whole process, servers in it included.
 */
#include "engine.h"

#include <poll.h>
#include <sys/socket.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif

/* "address:port", IPv4. Anything else means no debugger. */
void fxConnect(txMachine* the) {
  const char* where = ((SimMachine*)the->host)->options.debugger;
  struct sockaddr_in address;
  char host[64];
  const char* colon = where ? strrchr(where, ':') : NULL;
  if (!colon || (size_t)(colon - where) >= sizeof(host)) return;
  memcpy(host, where, (size_t)(colon - where));
  host[colon - where] = 0;
  memset(&address, 0, sizeof(address));
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)atoi(colon + 1));
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return;
  the->connection = socket(AF_INET, SOCK_STREAM, 0);
  if (the->connection >= 0 && connect(the->connection, (struct sockaddr*)&address, sizeof(address)) < 0)
    fxDisconnect(the);
}

void fxDisconnect(txMachine* the) {
  if (the->connection >= 0) close(the->connection);
  the->connection = -1;
}

txBoolean fxIsConnected(txMachine* the) {
  return the->connection >= 0;
}

txBoolean fxIsReadable(txMachine* the) {
  struct pollfd wait = {the->connection, POLLIN, 0};
  return the->connection >= 0 && poll(&wait, 1, 0) > 0;
}

void fxReceive(txMachine* the) {
  ssize_t count = 0;
  if (the->connection >= 0) count = read(the->connection, the->debugBuffer, sizeof(the->debugBuffer) - 1);
  if (count <= 0) {
    fxDisconnect(the);
    count = 0;
  }
  the->debugOffset = (txSize)count;
  the->debugBuffer[count] = 0;
}

void fxSend(txMachine* the, txBoolean more) {
  (void)more;
  if (the->connection >= 0 && send(the->connection, the->echoBuffer, the->echoOffset, MSG_NOSIGNAL) <= 0)
    fxDisconnect(the);
}

void fxRunDebugger(txMachine* the) {
  if (fxIsReadable(the)) fxDebugCommand(the);
}
