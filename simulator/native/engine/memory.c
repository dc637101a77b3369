/* The baseline, the budget above it, and the figures. */
#include "engine.h"

extern void fxGrowSlots(txMachine* the, txSize count);

typedef struct {
  double chunks, slots;
} Budget;

/*
 * From the baseline on each heap may grow to the budget, but opens in windows: a collection comes first, then as much
 * room as one window, and nothing beyond the budget. So a machine occupies what it holds, and the limit is the device's.
 */
static const double slotWindow = 1024;
static const size_t chunkWindow = 32 * 1024;

/* The budget is exact: free slots beyond it are hidden from the engine. */
static void openSlots(SimMachine* machine, txMachine* the) {
  double left = machine->slotBudget - ((double)the->currentHeapCount - machine->slotsBaseline);
  double open = (left < slotWindow) ? left : slotWindow;
  double missing = open - ((double)the->maximumHeapCount - (double)the->currentHeapCount);
  txSlot** address = &the->freeHeap;
  /* The engine's list leaves out the first slot of what is added to a heap, until the next collection. */
  if (missing > 0) fxGrowSlots(the, (txSize)missing + 2);
  while (open > 0 && *address) {
    address = &(*address)->next;
    open--;
  }
  *address = C_NULL;
}

/* The chunk heap is one block inside its arena, so its end can simply be moved. */
static void openChunks(SimMachine* machine, txMachine* the, size_t size) {
  txBlock* block = the->firstBlock;
  char* end = (char*)block->current + size;
  if (end > machine->chunksEnd) end = machine->chunksEnd;
  block->limit = (txByte*)end;
  the->maximumChunksSize = (txSize)(end - (char*)block - sizeof(txBlock));
}

/* What did not fit a window, after a collection: the engine adds `size` to a block that ends where the answer begins. */
void* fxAllocateChunks(txMachine* the, txSize size) {
  SimMachine* machine = the->host;
  if (!machine->chunksEnd) return simArenaTake(&machine->chunks, (size_t)size);
  if ((char*)the->firstBlock->current + size > machine->chunksEnd) return C_NULL;
  openChunks(machine, the, 0);
  return the->firstBlock->limit;
}

/* Called by the engine while it marks. Only a collection that also moves chunks marks with the function learnt here. */
static void noteMarking(txMachine* the, void* data, txMarkRoot mark) {
  SimMachine* machine = data;
  (void)the;
  if (!machine->compactingMark) machine->compactingMark = mark;
  machine->isCompacting = (mark == machine->compactingMark);
}

static const txHostHooks collectionHooks = {NULL, noteMarking, NULL};

static void watchCollections(SimMachine* machine, txMachine* the) {
  txSlot* slot = &machine->watch;
  slot->kind = XS_HOST_KIND;
  slot->flag = XS_HOST_HOOKS_FLAG;
  slot->value.host.data = machine;
  slot->value.host.variant.hooks = (txHostHooks*)&collectionHooks;
  fxRemember(the, slot);
}

/* Called by the engine at the end of every collection; it takes the place of the profiler's hook there. */
void simAfterCollection(txMachine* the, txSlot* frame) {
  SimMachine* machine = the->host;
  (void)frame;
  if (!machine) return;
  if (machine->slotBudget >= 0) openSlots(machine, the);
  if (machine->chunksEnd && machine->isCompacting) openChunks(machine, the, chunkWindow);
}

static void limitChunks(SimMachine* machine, txMachine* the, double budget) {
  char* start = (char*)the->firstBlock + sizeof(txBlock);
  size_t size = (size_t)(machine->chunksBaseline + budget) & ~(size_t)15;
  size_t most = (size_t)(machine->chunks.base + machine->chunks.size - start);
  machine->chunksEnd = start + ((size < most) ? size : most);
  the->minimumChunksSize = 16;
}

static void limitSlots(SimMachine* machine, txMachine* the, double budget) {
  the->minimumHeapCount = 0;
  machine->slotBudget = budget;
}

static void limitKeys(SimMachine* machine, txMachine* the) {
  txID allowed = the->keyIndex + machine->options.keysInitial;
  if (machine->options.keysIncrement > 0) return;
  if (allowed > the->keyCount) fxGrowKeys(the, allowed - the->keyCount);
  the->keyCount = allowed;
  the->keyDelta = 0;
}

static void sealBaseline(SimMachine* machine, txMachine* the, void* data) {
  Budget* budget = data;
  watchCollections(machine, the);
  fxCollect(the, XS_COMPACT_FLAG);
  machine->chunksBaseline = the->currentChunksSize;
  machine->slotsBaseline = the->currentHeapCount;
  if (budget->chunks >= 0) limitChunks(machine, the, budget->chunks);
  if (budget->slots >= 0) limitSlots(machine, the, budget->slots);
  limitKeys(machine, the);
  fxCollect(the, XS_COMPACT_FLAG);
  the->peakChunksSize = the->currentChunksSize;
  the->peakHeapCount = the->currentHeapCount;
  the->stackPeak = the->stack;
}

SimOutcome simSealBaseline(SimMachine* machine, double chunkBudgetBytes, double slotBudget) {
  Budget budget = {chunkBudgetBytes, slotBudget};
  return simEnter(machine, sealBaseline, &budget);
}

void simReadStats(SimMachine* machine, SimStats* stats) {
  txMachine* the = machine->xs;
  memset(stats, 0, sizeof(*stats));
  if (!the) return;
  stats->chunkBytes = the->currentChunksSize;
  stats->chunkPeakBytes = the->peakChunksSize;
  stats->chunkReservedBytes = the->maximumChunksSize;
  stats->chunkBaselineBytes = machine->chunksBaseline;
  stats->slots = the->currentHeapCount;
  stats->slotsPeak = the->peakHeapCount;
  stats->slotsReserved = the->maximumHeapCount;
  stats->slotsBaseline = machine->slotsBaseline;
  stats->slotBytes = sizeof(txSlot);
  stats->stackSlots = the->stackTop - the->stackBottom - machine->intrinsicSlots;
  stats->stackPeakSlots = the->stackTop - the->stackPeak - machine->intrinsicSlots;
  stats->keys = the->keyIndex - the->keyOffset;
  stats->collections = the->garbageCollectionCount;
  stats->parserPeakBytes = the->peakParserSize;
  stats->meter = machine->meterBefore + the->meterIndex;
  stats->unhandledErrors = machine->unhandledErrors;
}
