/* Exceptions as text: what an entry that did not end well leaves for Node. */
#define _GNU_SOURCE
#include "engine.h"

void simFailureClear(SimMachine* machine) {
  SimFailure* failure = &machine->failure;
  free(failure->name);
  free(failure->message);
  free(failure->stack);
  memset(failure, 0, sizeof(*failure));
}

static char* copyText(const char* text) {
  return text ? strdup(text) : NULL;
}

void simFailureSet(SimMachine* machine, const char* code, const char* message, const char* stack) {
  char* keptMessage = copyText(message);
  char* keptStack = copyText(stack);
  simFailureClear(machine);
  machine->failure.code = code;
  machine->failure.message = keptMessage;
  machine->failure.stack = keptStack;
}

/* The property as text, or NULL when it is undefined. May throw: a program can put anything into an error. */
static char* propertyText(txMachine* the, txSlot* object, txID id) {
  char* result = NULL;
  mxPushSlot(object);
  mxGetID(id);
  if (!mxIsUndefined(the->stack)) result = strdup(fxToString(the, the->stack));
  mxPop();
  return result;
}

void simFailureTake(SimMachine* machine) {
  txMachine* the = machine->xs;
  SimFailure* failure = &machine->failure;
  simFailureClear(machine);
  mxPush(mxException);
  mxException = mxUndefined;
  {
    mxTry(the) {
      txSlot* exception = the->stack;
      if (mxIsReference(exception)) {
        failure->name = propertyText(the, exception, mxID(_name));
        failure->message = propertyText(the, exception, mxID(_message));
        failure->stack = propertyText(the, exception, mxID(_stack));
      }
      else
        failure->message = strdup(fxToString(the, exception));
    }
    mxCatch(the) {
      mxException = mxUndefined;
    }
  }
  mxPop();
  if (failure->message && machine->lookupMessage && !strcmp(failure->message, machine->lookupMessage))
    failure->code = machine->lookupCode;
}

/* One line per frame, innermost first, as in an error's own stack: the text that says where a machine died. */
char* simDescribeFrames(txMachine* the) {
  enum { MOST = 12, LINE = 256 };
  char* text = calloc(MOST, LINE);
  size_t length = 0;
  int count = 0;
  txSlot* frame = the->frame;
  while (frame && frame->next && count < MOST) {
    txSlot* environment = mxFrameToEnvironment(frame);
    txSlot* function = frame + 3;
    const char* path = (environment->ID == XS_NO_ID) ? NULL : fxGetKeyName(the, environment->ID);
    if (path && function->kind == XS_REFERENCE_KIND && mxIsFunction(function->value.reference)) {
      txSlot* property = function->value.reference->next;
      const char* name = "";
      while (property && property->ID != mxID(_name)) property = property->next;
      if (property && (property->kind == XS_STRING_KIND || property->kind == XS_STRING_X_KIND))
        name = property->value.string;
      length += snprintf(text + length, LINE, "%s at %.80s (%.150s:%d)", count ? "\n" : "", name, path,
                         (int)environment->value.environment.line);
      count++;
    }
    frame = frame->next;
  }
  return text;
}

/* The exception's stack, or itself as text; never throws. */
char* simDescribeException(txMachine* the, txSlot* exception) {
  char* volatile text = NULL;
  mxTry(the) {
    if (mxIsReference(exception)) text = propertyText(the, exception, mxID(_stack));
    if (!text) {
      mxPushSlot(exception);
      text = strdup(fxToString(the, the->stack));
      mxPop();
    }
  }
  mxCatch(the) {
    mxException = mxUndefined;
  }
  return text ? text : strdup("an error that cannot be shown as text");
}

static txSlot* constructorOf(txMachine* the, const char* name) {
  if (!strcmp(name, "TypeError")) return &mxTypeErrorConstructor;
  if (!strcmp(name, "RangeError")) return &mxRangeErrorConstructor;
  if (!strcmp(name, "ReferenceError")) return &mxReferenceErrorConstructor;
  if (!strcmp(name, "SyntaxError")) return &mxSyntaxErrorConstructor;
  if (!strcmp(name, "URIError")) return &mxURIErrorConstructor;
  return &mxErrorConstructor;
}

/* Throws an error of a built-in class. The engine's own function for this cuts messages off at 128 bytes. */
void simThrowError(txMachine* the, const char* name, const char* message) {
  mxPushSlot(constructorOf(the, name));
  mxNew();
  mxPushUndefined();
  fxString(the, the->stack, (txString)message);
  mxRunCount(1);
  mxException = *the->stack;
  mxPop();
  fxThrow(the, NULL, 0);
}

/* Throws a ReferenceError that Node can tell from the program's own. */
void simThrowMissing(SimMachine* machine, const char* code, const char* message) {
  free(machine->lookupMessage);
  machine->lookupMessage = strdup(message);
  machine->lookupCode = code;
  simThrowError(machine->xs, "ReferenceError", message);
}
