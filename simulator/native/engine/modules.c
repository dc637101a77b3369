/* The modules of one firmware build: found by specifier, parsed once, and handed to each machine as a copy. */
#include "engine.h"

typedef struct {
  char* specifier;
  char* source;
  size_t length;
  char* path;
  txScript* script;
} SimModule;

typedef struct SimData {
  struct SimData* next;
  char* name;
  char* bytes;
  size_t length;
} SimData;

struct SimBundle {
  size_t count, capacity;
  int references;
  SimModule* modules;
  SimData* data;
  SimMachine* image;
};

SimBundle* simBundleNew(size_t capacity) {
  SimBundle* bundle = calloc(1, sizeof(SimBundle));
  bundle->modules = calloc(capacity ? capacity : 1, sizeof(SimModule));
  bundle->capacity = capacity;
  bundle->references = 1;
  return bundle;
}

void simBundleAdd(SimBundle* bundle, const char* specifier, const char* source, size_t length, const char* path) {
  SimModule* module;
  if (bundle->count == bundle->capacity) return;
  module = &bundle->modules[bundle->count++];
  module->specifier = strdup(specifier);
  module->source = malloc(length + 1);
  memcpy(module->source, source, length);
  module->source[length] = 0;
  module->length = length;
  module->path = strdup(path);
}

void simBundleAddData(SimBundle* bundle, const char* name, const void* bytes, size_t length) {
  SimData* data = calloc(1, sizeof(SimData));
  data->name = strdup(name);
  data->bytes = malloc(length + 1);
  memcpy(data->bytes, bytes, length);
  data->length = length;
  data->next = bundle->data;
  bundle->data = data;
}

const char* simBundleData(const SimBundle* bundle, const char* name, size_t* length) {
  const SimData* data = bundle ? bundle->data : NULL;
  while (data && strcmp(data->name, name)) data = data->next;
  if (data) *length = data->length;
  return data ? data->bytes : NULL;
}

static int compareModules(const void* a, const void* b) {
  return strcmp(((const SimModule*)a)->specifier, ((const SimModule*)b)->specifier);
}

void simBundleSeal(SimBundle* bundle) {
  qsort(bundle->modules, bundle->count, sizeof(SimModule), compareModules);
}

static void freeScript(txScript* script) {
  if (!script) return;
  free(script->symbolsBuffer);
  free(script->hostsBuffer);
  free(script->codeBuffer);
  free(script);
}

void simBundleRelease(SimBundle* bundle) {
  size_t index;
  if (!bundle || --bundle->references > 0) return;
  if (bundle->image) simMachineDelete(bundle->image);
  for (index = 0; index < bundle->count; index++) {
    SimModule* module = &bundle->modules[index];
    free(module->specifier);
    free(module->source);
    free(module->path);
    freeScript(module->script);
  }
  while (bundle->data) {
    SimData* data = bundle->data;
    bundle->data = data->next;
    free(data->name);
    free(data->bytes);
    free(data);
  }
  free(bundle->modules);
  free(bundle);
}

/* From now on the image belongs to the bundle, and not the other way round. */
void simBundleTakeImage(SimBundle* bundle, SimMachine* image) {
  bundle->image = image;
  bundle->references--;
  image->bundle = NULL;
}

SimMachine* simBundleImage(const SimBundle* bundle) {
  return bundle->image;
}

void simBundleRetain(SimBundle* bundle) {
  bundle->references++;
}

static SimModule* findModule(SimBundle* bundle, const char* specifier) {
  SimModule wanted;
  wanted.specifier = (char*)specifier;
  return bsearch(&wanted, bundle->modules, bundle->count, sizeof(SimModule), compareModules);
}

/* Removes the last part of a path: "a/b" becomes "a", "a" becomes "". Answers 0 when there is none left. */
static int dropLastPart(char* path) {
  char* slash = strrchr(path, '/');
  if (slash) *slash = 0;
  else if (*path) *path = 0;
  else return 0;
  return 1;
}

/* Relative specifiers resolve against the importer's specifier, as in the SDK; `path` has room for both. */
static int resolveSpecifier(char* path, const char* importer, const char* name) {
  char* dot;
  char* slash;
  path[0] = 0;
  if (name[0] == '.') {
    if (!importer) return 0;
    strcpy(path, importer);
    dropLastPart(path);
    for (;;) {
      if (!strncmp(name, "./", 2)) name += 2;
      else if (!strncmp(name, "../", 3)) {
        if (!dropLastPart(path)) return 0;
        name += 3;
      }
      else break;
    }
    if (path[0]) strcat(path, "/");
  }
  strcat(path, name);
  slash = strrchr(path, '/');
  dot = strrchr(slash ? slash : path, '.');
  if (dot && (!strcmp(dot, ".ts") || !strcmp(dot, ".js") || !strcmp(dot, ".mjs"))) *dot = 0;
  return 1;
}

txID fxFindModule(txMachine* the, txSlot* realm, txID moduleID, txSlot* slot) {
  SimMachine* machine = the->host;
  char name[C_PATH_MAX];
  char path[C_PATH_MAX * 2 + 2];
  char message[C_PATH_MAX * 3];
  const char* importer = (moduleID == XS_NO_ID) ? NULL : fxGetKeyName(the, moduleID);
  (void)realm;
  fxToStringBuffer(the, slot, name, sizeof(name));
  if (importer && strlen(importer) >= C_PATH_MAX) return XS_NO_ID;
  if (resolveSpecifier(path, importer, name) && findModule(machine->bundle, path)) return fxNewNameC(the, path);
  snprintf(message, sizeof(message), "module \"%s\" not found, imported by %s%s%s", name, importer ? "\"" : "",
           importer ? importer : "the host", importer ? "\"" : "");
  simThrowMissing(machine, "module-missing", message);
}

static void* copyBuffer(const void* buffer, txSize size) {
  void* copy = buffer ? c_malloc(size ? size : 1) : C_NULL;
  if (copy) c_memcpy(copy, buffer, size);
  return copy;
}

/* Running a script patches its identifiers in place and then frees it, so every machine needs its own copy. */
static txScript* copyScript(const txScript* script) {
  txScript* copy = c_malloc(sizeof(txScript));
  *copy = *script;
  copy->symbolsBuffer = copyBuffer(script->symbolsBuffer, script->symbolsSize);
  copy->hostsBuffer = copyBuffer(script->hostsBuffer, script->hostsSize);
  copy->codeBuffer = copyBuffer(script->codeBuffer, script->codeSize);
  return copy;
}

typedef struct {
  char* text;
  size_t size;
} ParseFault;

static __thread ParseFault* parseFault = NULL;

/* The engine's own message has no place in it; only this callback is told. The first error is the one that matters. */
static void reportParseError(void* console, txString path, txInteger line, txString format, c_va_list arguments) {
  int length;
  (void)console;
  if (!parseFault || parseFault->text[0]) return;
  length = snprintf(parseFault->text, parseFault->size, "%s:%d: ", path ? path : "?", (int)line);
  if (length > 0 && (size_t)length < parseFault->size)
    vsnprintf(parseFault->text + length, parseFault->size - length, format, arguments);
}

static txScript* parseModule(txMachine* the, SimModule* module, ParseFault* fault) {
  txParser parser;
  txParserJump jump;
  txStringCStream stream;
  txString name = NULL;
  txScript* script = NULL;
  fxInitializeParser(&parser, the, the->parserBufferSize, the->parserTableModulo);
  parser.firstJump = &jump;
  parser.reportError = reportParseError;
  parseFault = fault;
  if (c_setjmp(jump.jmp_buf) == 0) {
    stream.buffer = module->source;
    stream.offset = 0;
    stream.size = (txSize)module->length;
    parser.path = fxNewParserSymbol(&parser, module->path);
    fxParserTree(&parser, &stream, fxStringCGetter, mxDebugFlag, &name);
    fxParserHoist(&parser);
    fxParserBind(&parser);
    /* For a module with errors the engine would make code that throws, without the place. */
    if (!fault->text[0]) script = fxParserCode(&parser);
  }
  parseFault = NULL;
  if (the->peakParserSize < parser.total) the->peakParserSize = parser.total;
  fxTerminateParser(&parser);
  return script;
}

void fxLoadModule(txMachine* the, txSlot* slot, txID moduleID) {
  SimMachine* machine = the->host;
  SimModule* module = findModule(machine->bundle, fxGetKeyName(the, moduleID));
  char text[512] = "";
  ParseFault fault = {text, sizeof(text)};
  if (!module) return;
  if (!module->script) module->script = parseModule(the, module, &fault);
  if (!module->script) simThrowError(the, "SyntaxError", text);
  fxResolveModule(the, slot, moduleID, copyScript(module->script), C_NULL, C_NULL);
}

void simBundleLines(const SimBundle* bundle, SimLineVisitor visit, void* owner) {
  size_t index;
  for (index = 0; index < bundle->count; index++) {
    const SimModule* module = &bundle->modules[index];
    if (module->script) simScriptLines(module->script, module->path, visit, owner);
  }
}
