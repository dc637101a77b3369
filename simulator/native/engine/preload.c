/*
 * The preload phase. On the device the modules named in the manifest's `preload` run while the firmware is linked, and
 * what they leave behind lies in flash. Here they run when the machine starts; this file then makes read-only what the
 * SDK's linker makes read-only, so that a program which would fail on the device fails here too.
 */
#define _GNU_SOURCE
#include "engine.h"

/*
 * Ends the phase: remembered beside the exception, because a program may catch exceptions and the linker would not have
 * let it.
 */
void simPreloadFault(SimMachine* machine, txMachine* the, const char* what, const char* name) {
  char* frames = simDescribeFrames(the);
  char* text = NULL;
  if (asprintf(&text, "module \"%s\" calls %s \"%s\" while it is preloaded; on the device no native code runs then%s%s",
               machine->preloadingModule ? machine->preloadingModule : "?", what, name, *frames ? "\n" : "",
               frames) < 0)
    text = NULL;
  free(frames);
  if (!machine->preloadFault) machine->preloadFault = text;
  else free(text);
  simThrowError(the, "Error", "not available while preloading");
}

static void freeze(txSlot* instance) {
  txSlot* property;
  for (property = instance->next; property; property = property->next) {
    if (property->kind != XS_ACCESSOR_KIND) property->flag |= XS_DONT_SET_FLAG;
    property->flag |= XS_DONT_DELETE_FLAG;
  }
  instance->flag |= XS_DONT_PATCH_FLAG;
}

static int isFunction(const txSlot* internal) {
  return internal && (internal->flag & XS_INTERNAL_FLAG) &&
         (internal->kind == XS_CALLBACK_KIND || internal->kind == XS_CALLBACK_X_KIND ||
          internal->kind == XS_CODE_KIND || internal->kind == XS_CODE_X_KIND);
}

/* Kinds that the device cannot copy to RAM at the first write, as it does with plain objects and arrays. */
static int staysInFlash(const txSlot* internal) {
  switch (internal->kind) {
    case XS_MAP_KIND:
    case XS_SET_KIND:
    case XS_WEAK_MAP_KIND:
    case XS_WEAK_SET_KIND:
    case XS_WEAK_REF_KIND:
    case XS_ARRAY_BUFFER_KIND:
    case XS_DATA_VIEW_KIND:
    case XS_TYPED_ARRAY_KIND:
    case XS_REGEXP_KIND:
      return 1;
    default:
      return 0;
  }
}

static void freezePrototype(txSlot* constructor) {
  txSlot* property;
  for (property = constructor->next; property; property = property->next) {
    if (property->ID == mxID(_prototype) && property->kind == XS_REFERENCE_KIND) {
      freeze(property->value.reference);
      return;
    }
  }
}

static void freezeInstance(txSlot* instance) {
  txSlot* internal = instance->next;
  if (!internal || !(internal->flag & XS_INTERNAL_FLAG)) return;
  if (isFunction(internal)) {
    freeze(instance);
    if (instance->flag & XS_CAN_CONSTRUCT_FLAG) freezePrototype(instance);
  }
  else if (staysInFlash(internal))
    freeze(instance);
}

int simIsFrozen(txMachine* the, const txSlot* instance) {
  const txSlot* property = instance->next;
  if (!(instance->flag & XS_DONT_PATCH_FLAG)) return 0;
  for (; property; property = property->next) {
    if (property->kind == XS_ARRAY_KIND) {
      txSlot* item = property->value.array.address;
      txIndex length = fxGetIndexSize(the, (txSlot*)property);
      for (; length > 0; length--, item++)
        if (!(item->flag & XS_DONT_DELETE_FLAG) || (item->kind != XS_ACCESSOR_KIND && !(item->flag & XS_DONT_SET_FLAG)))
          return 0;
    }
    else if (!(property->flag & XS_INTERNAL_FLAG) &&
             (!(property->flag & XS_DONT_DELETE_FLAG) ||
              (property->kind != XS_ACCESSOR_KIND && !(property->flag & XS_DONT_SET_FLAG))))
      return 0;
  }
  return 1;
}

/* Frozen objects stay in flash as a whole: dates and private fields in them cannot be written either. */
static void petrify(txSlot* instance) {
  txSlot* property;
  for (property = instance->next; property && (property->flag & XS_INTERNAL_FLAG); property = property->next) {
    if (property->kind == XS_DATE_KIND) property->flag |= XS_DONT_SET_FLAG;
    else if (property->kind == XS_PRIVATE_KIND) {
      txSlot* field;
      for (field = property->value.private.first; field; field = field->next) {
        if (field->kind != XS_ACCESSOR_KIND) field->flag |= XS_DONT_SET_FLAG;
        field->flag |= XS_DONT_DELETE_FLAG;
      }
    }
  }
}

/* A module variable that holds a function at this time becomes a constant. */
static void fixFunctionVariable(txSlot* slot) {
  txSlot* variable = slot->value.closure;
  if (!variable) return;
  if (variable->kind == XS_REFERENCE_KIND && isFunction(variable->value.reference->next))
    variable->flag |= XS_DONT_SET_FLAG;
}

static void eachSlot(txMachine* the, void (*visit)(txMachine*, txSlot*)) {
  txSlot* heap;
  for (heap = the->firstHeap; heap; heap = heap->next) {
    txSlot* slot = heap + 1;
    txSlot* end = heap->value.reference;
    for (; slot < end; slot++) visit(the, slot);
  }
}

/* What has no form in flash: the linker refuses it. */
static void visitStorable(txMachine* the, txSlot* slot) {
  SimMachine* machine = the->host;
  const char* what = NULL;
  txSlot* internal;
  if (slot->kind != XS_INSTANCE_KIND || machine->preloadFault) return;
  internal = slot->next;
  if (!internal || !(internal->flag & XS_INTERNAL_FLAG)) return;
  if (internal->kind == XS_STACK_KIND && internal->value.stack.address)
    what = "a generator or an async function that waits";
  else if (internal->kind == XS_HOST_KIND &&
           slot->value.instance.prototype == mxSharedArrayBufferPrototype.value.reference)
    what = "a SharedArrayBuffer";
  if (what && asprintf(&machine->preloadFault, "a preloaded module holds %s, which the device cannot keep in flash", what) < 0)
    machine->preloadFault = NULL;
}

static void visitFirst(txMachine* the, txSlot* slot) {
  (void)the;
  if (slot->kind == XS_INSTANCE_KIND) freezeInstance(slot);
}

static void visitSecond(txMachine* the, txSlot* slot) {
  if (slot->kind == XS_INSTANCE_KIND && simIsFrozen(the, slot)) petrify(slot);
  else if (slot->kind == XS_CLOSURE_KIND) fixFunctionVariable(slot);
}

/* Prototypes and objects of the language itself; the global object stays open, as on the device. */
static void freezeIntrinsics(txMachine* the) {
  int index;
  for (index = _AggregateError; index <= mxThrowTypeErrorFunctionStackIndex; index++) {
    txSlot* slot = &the->stackPrototypes[-1 - index];
    if (slot->kind == XS_REFERENCE_KIND && slot->value.reference != mxGlobal.value.reference)
      freeze(slot->value.reference);
  }
}

void simMakeReadOnly(txMachine* the) {
  /* Only what is alive counts: the linker collects first, too. Free slots are of the undefined kind after that. */
  fxCollectGarbage(the);
  eachSlot(the, visitStorable);
  freezeIntrinsics(the);
  eachSlot(the, visitFirst);
  eachSlot(the, visitSecond);
}
