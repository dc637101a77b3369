/*
 * The image of a firmware: what the SDK's linker puts into flash. It is made once by a machine that has loaded the
 * preloaded modules; every later machine of the bundle starts from it and only has what it changed itself, as on the
 * device: an object that is not frozen is copied at the first write (the engine calls the copy an alias).
 */
#include "engine.h"

/* Bytes after the head of a chunk, with what rounds its size up. */
static size_t chunkBytes(const void* data) {
  return (size_t)((const txChunk*)((const txByte*)data - sizeof(txChunk)))->size - sizeof(txChunk);
}

/* Code for flash uses strings and nested functions where they lie, instead of copying them to the heap. */
static void codeForFlash(txU1* code, size_t size) {
  txU1* end = code + size;
  while (code < end) {
    int32_t step = simCodeSize(code, end);
    if (*code >= XS_CODE_CODE_1 && *code <= XS_CODE_CODE_4) *code += XS_CODE_CODE_ARCHIVE_1 - XS_CODE_CODE_1;
    else if (*code >= XS_CODE_STRING_1 && *code <= XS_CODE_STRING_4)
      *code += XS_CODE_STRING_ARCHIVE_1 - XS_CODE_STRING_1;
    if (step <= 0) return;
    code += step;
  }
}

/* The engine has a kind of its own for what lies outside the heap: collections leave it alone. */
static void valueForFlash(txSlot* slot) {
  switch (slot->kind) {
    case XS_STRING_KIND:
      slot->kind = XS_STRING_X_KIND;
      break;
    case XS_BIGINT_KIND:
      slot->kind = XS_BIGINT_X_KIND;
      break;
    case XS_KEY_KIND:
      slot->kind = XS_KEY_X_KIND;
      break;
    case XS_CODE_KIND:
      codeForFlash((txU1*)slot->value.code.address, chunkBytes(slot->value.code.address));
      slot->kind = XS_CODE_X_KIND;
      break;
    case XS_ARRAY_KIND:
      if (slot->value.array.address) {
        txSlot* item = slot->value.array.address;
        size_t count = chunkBytes(item) / sizeof(txSlot);
        if (count > slot->value.array.length) count = slot->value.array.length;
        for (; count > 0; count--, item++) valueForFlash(item);
      }
      break;
    default:
      break;
  }
}

static void eachSlot(txMachine* the, void (*visit)(txMachine*, txSlot*)) {
  txSlot* heap;
  for (heap = the->firstHeap; heap; heap = heap->next) {
    txSlot* slot = heap + 1;
    txSlot* end = heap->value.reference;
    for (; slot < end; slot++) visit(the, slot);
  }
}

/* What may change gets a number, by which a machine finds its own copy of it. 0 means that it never changes. */
static void numberChangeable(txMachine* the, txSlot* slot) {
  if (slot->kind == XS_INSTANCE_KIND) slot->ID = simIsFrozen(the, slot) ? XS_NO_ID : ++the->aliasCount;
  else if (slot->kind == XS_CLOSURE_KIND && slot->value.closure) {
    txSlot* variable = slot->value.closure;
    if (variable->flag & XS_DONT_SET_FLAG) variable->flag |= XS_DONT_DELETE_FLAG;
    else {
      if (variable->ID == XS_NO_ID) variable->ID = ++the->aliasCount;
      slot->flag &= ~XS_DONT_SET_FLAG;
    }
  }
}

/* A marked slot counts as visited, so collections of other machines stop at it. */
static void finishSlot(txMachine* the, txSlot* slot) {
  (void)the;
  valueForFlash(slot);
  slot->flag |= XS_MARK_FLAG;
}

/* Takes the place of the engine's fxShare, which gives the first object the number 0. */
void simShare(txMachine* the) {
  txSlot* slot;
  the->aliasCount = 0;
  eachSlot(the, numberChangeable);
  the->aliasCount++;
  eachSlot(the, finishSlot);
  for (slot = the->stack; slot < the->stackTop; slot++) valueForFlash(slot);
}

static SimOutcome answerNothing(void* owner, int count, SimValue* arguments, SimValue* result, SimThrown* thrown) {
  (void)owner;
  (void)count;
  (void)arguments;
  (void)result;
  (void)thrown;
  return SIM_OK;
}

static void logNothing(void* owner, SimLogLevel level, const char* text) {
  (void)owner;
  (void)level;
  (void)text;
}

static double noTime(void* owner) {
  (void)owner;
  return 0;
}

/* Not an entry: nothing of the program runs, and the end of an entry looks at lists that an image has no more. */
int simShareMachine(SimMachine* machine) {
  const SimCallbacks none = {answerNothing, logNothing, noTime, NULL};
  SimMachine* former;
  if (machine->death != SIM_ALIVE || machine->depth > 0 || simBundleImage(machine->bundle)) return 0;
  former = simSetCurrentMachine(machine);
  fxShareMachine(machine->xs);
  simSetCurrentMachine(former);
  machine->callbacks = none;
  simBundleTakeImage(machine->bundle, machine);
  return 1;
}
