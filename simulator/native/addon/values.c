/* Values between the bridge's plain form and JavaScript values. */
#include "addon.h"

static napi_value callJson(napi_env env, const char* method, napi_value argument) {
  napi_value global, json, function, result = NULL;
  napi_get_global(env, &global);
  napi_get_named_property(env, global, "JSON", &json);
  napi_get_named_property(env, json, method, &function);
  if (napi_call_function(env, json, function, 1, &argument, &result) != napi_ok) return NULL;
  return result;
}

napi_value addonToJs(napi_env env, const SimValue* value) {
  napi_value result = NULL;
  void* copy;
  switch (value->kind) {
    case SIM_UNDEFINED:
      napi_get_undefined(env, &result);
      break;
    case SIM_NULL:
      napi_get_null(env, &result);
      break;
    case SIM_BOOLEAN:
      napi_get_boolean(env, value->integer != 0, &result);
      break;
    case SIM_INTEGER:
      napi_create_int32(env, value->integer, &result);
      break;
    case SIM_NUMBER:
      napi_create_double(env, value->number, &result);
      break;
    case SIM_STRING:
      napi_create_string_utf8(env, value->bytes, value->length, &result);
      break;
    case SIM_BYTES:
      napi_create_arraybuffer(env, value->length, &copy, &result);
      if (value->length) memcpy(copy, value->bytes, value->length);
      break;
    case SIM_JSON:
      napi_create_string_utf8(env, value->bytes, value->length, &result);
      result = callJson(env, "parse", result);
      break;
  }
  return result;
}

char* addonText(napi_env env, napi_value js, size_t* length) {
  size_t size = 0;
  char* text;
  if (napi_get_value_string_utf8(env, js, NULL, 0, &size) != napi_ok) return NULL;
  text = malloc(size + 1);
  napi_get_value_string_utf8(env, js, text, size + 1, length ? length : &size);
  return text;
}

static int takeText(napi_env env, napi_value js, SimKind kind, SimValue* value) {
  value->kind = kind;
  value->bytes = addonText(env, js, &value->length);
  value->owned = 1;
  return value->bytes != NULL;
}

static void takeNumber(napi_env env, napi_value js, SimValue* value) {
  double number = 0;
  napi_get_value_double(env, js, &number);
  value->kind = SIM_NUMBER;
  value->number = number;
  /* Integers are cheaper in XS; -0 has to stay a number. */
  if (number >= INT32_MIN && number <= INT32_MAX && number == (int32_t)number && (number != 0 || 1 / number > 0)) {
    value->kind = SIM_INTEGER;
    value->integer = (int32_t)number;
  }
}

/* No JavaScript runs before the bytes are copied into XS, so they may stay where they are. */
static int borrowBytes(napi_env env, napi_value js, SimValue* value) {
  static const size_t elementBytes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  napi_typedarray_type type;
  napi_value buffer;
  size_t offset;
  void* bytes = NULL;
  bool is = false;
  napi_is_arraybuffer(env, js, &is);
  if (is) {
    napi_get_arraybuffer_info(env, js, &bytes, &value->length);
  }
  else {
    napi_is_typedarray(env, js, &is);
    if (is) {
      napi_get_typedarray_info(env, js, &type, &value->length, &bytes, &buffer, &offset);
      if ((size_t)type < sizeof(elementBytes) / sizeof(elementBytes[0])) value->length *= elementBytes[type];
      else is = false;
    }
    else {
      napi_is_dataview(env, js, &is);
      if (is) napi_get_dataview_info(env, js, &value->length, &bytes, &buffer, &offset);
    }
  }
  if (!is) return 0;
  value->kind = SIM_BYTES;
  value->bytes = bytes ? bytes : (char*)"";
  return 1;
}

int addonFromJs(napi_env env, napi_value js, SimValue* value) {
  napi_valuetype type;
  napi_value text;
  bool boolean;
  memset(value, 0, sizeof(*value));
  if (napi_typeof(env, js, &type) != napi_ok) return 0;
  switch (type) {
    case napi_undefined:
    case napi_function:
      return 1;
    case napi_null:
      value->kind = SIM_NULL;
      return 1;
    case napi_boolean:
      napi_get_value_bool(env, js, &boolean);
      value->kind = SIM_BOOLEAN;
      value->integer = boolean;
      return 1;
    case napi_number:
      takeNumber(env, js, value);
      return 1;
    case napi_string:
      return takeText(env, js, SIM_STRING, value);
    case napi_object:
      if (borrowBytes(env, js, value)) return 1;
      text = callJson(env, "stringify", js);
      if (!text) return 0;
      napi_typeof(env, text, &type);
      return (type == napi_undefined) ? 1 : takeText(env, text, SIM_JSON, value);
    default:
      if (napi_coerce_to_string(env, js, &text) != napi_ok) return 0;
      return takeText(env, text, SIM_STRING, value);
  }
}

char* addonTextProperty(napi_env env, napi_value object, const char* name) {
  napi_value property;
  if (napi_get_named_property(env, object, name, &property) != napi_ok) return NULL;
  return addonText(env, property, NULL);
}

double addonNumber(napi_env env, napi_value object, const char* name, double missing) {
  napi_value property;
  double result = missing;
  if (napi_get_named_property(env, object, name, &property) != napi_ok) return missing;
  if (napi_get_value_double(env, property, &result) != napi_ok) return missing;
  return result;
}
