/*
 * Line coverage. With mxDebug the engine's code has an opcode at every line; when there is a breakpoint anywhere it
 * asks the debugger about each of them. xsRun.c is compiled so that it asks simLine instead, and a breakpoint that can
 * never be met makes it ask.
 */
#include "engine.h"

struct SimLines {
  txInteger count;
  uint32_t* hits; /* by line */
};

static void startCoverage(SimMachine* machine, txMachine* the, void* data) {
  txSlot* never = fxNewSlot(the);
  (void)data;
  never->kind = XS_INTEGER_KIND;
  never->value.integer = 0;
  never->next = mxBreakpoints.value.list.first;
  mxBreakpoints.value.list.first = never;
  machine->isCovering = 1;
}

SimOutcome simCoverageStart(SimMachine* machine) {
  return simEnter(machine, startCoverage, NULL);
}

/* The counters of a file, which is known by the key of its path. */
static SimLines* linesOf(SimMachine* machine, txID id) {
  if (id >= machine->filesCount) {
    size_t count = (size_t)id + 256;
    machine->files = realloc(machine->files, count * sizeof(SimLines));
    memset(machine->files + machine->filesCount, 0, (count - machine->filesCount) * sizeof(SimLines));
    machine->filesCount = (txID)count;
  }
  return &machine->files[id];
}

void simLine(txMachine* the, txID id, txInteger line) {
  SimMachine* machine = the->host;
  if (machine->isCovering && line >= 0) {
    SimLines* lines = linesOf(machine, id);
    if (line >= lines->count) {
      txInteger count = line + 64;
      lines->hits = realloc(lines->hits, (size_t)count * sizeof(uint32_t));
      memset(lines->hits + lines->count, 0, (size_t)(count - lines->count) * sizeof(uint32_t));
      lines->count = count;
    }
    lines->hits[line]++;
  }
  if (the->connection >= 0) fxDebugLine(the, id, line);
}

void simCoverageRead(SimMachine* machine, SimLineVisitor visit, void* owner) {
  txID id;
  txInteger line;
  simBundleLines(machine->bundle, visit, owner);
  for (id = 0; id < machine->filesCount; id++)
    for (line = 0; line < machine->files[id].count; line++)
      if (machine->files[id].hits[line]) visit(owner, fxGetKeyName(machine->xs, id), line, machine->files[id].hits[line]);
}

void simCoverageEnd(SimMachine* machine) {
  txID id;
  for (id = 0; id < machine->filesCount; id++) free(machine->files[id].hits);
  free(machine->files);
}

/* Bytes from one instruction to the next; never beyond the end. */
int32_t simCodeSize(const txU1* code, const txU1* end) {
  int32_t left = (int32_t)(end - code);
  int32_t size = gxCodeSizes[*code];
  uint16_t two;
  uint32_t four;
  if (size == 0) size = 1 + sizeof(txID); /* followed by a key */
  else if (size == -1) size = (left > 1) ? 2 + code[1] : left; /* followed by bytes and, before them, their number */
  else if (size == -2 && left > 2) {
    memcpy(&two, code + 1, sizeof(two));
    size = 3 + two;
  }
  else if (size == -4 && left > 4) {
    memcpy(&four, code + 1, sizeof(four));
    size = (four < (uint32_t)left) ? 5 + (int32_t)four : left;
  }
  return (size > 0 && size < left) ? size : left;
}

/* Visits the lines that a script has code for, with a count of zero. */
void simScriptLines(const txScript* script, const char* path, SimLineVisitor visit, void* owner) {
  const txU1* code = (const txU1*)script->codeBuffer;
  const txU1* end = code + script->codeSize;
  while (code < end) {
    if (*code == XS_CODE_LINE) {
      uint16_t line;
      memcpy(&line, code + 1, sizeof(line));
      visit(owner, path, line, 0);
    }
    code += simCodeSize(code, end);
  }
}
