/* Opus for the host server: mono encoders and decoders as objects, over the same libopus that the devices use. */
#define NAPI_VERSION 8
#include <node_api.h>
#include <stdlib.h>
#include <string.h>
#include "opus.h"

/* 120 ms at 48 kHz: no packet decodes to more (RFC 6716, section 3.2.5). */
#define MAX_SAMPLES 5760
/* libopus recommends 4000 bytes for any packet; 120 ms of our bit rates stay far below. */
#define MAX_PACKET_BYTES 4000

typedef struct {
  OpusEncoder *encoder;
  OpusDecoder *decoder;
} Codec;

/* Marks objects made here, so that no other object is ever taken for a codec. */
static const napi_type_tag codec_tag = {0x6f7075732d636f64ULL, 0x65632d7869616f7aULL};

static napi_value fail(napi_env env, const char *code, const char *message) {
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (!pending) napi_throw_error(env, code, message);
  return NULL;
}

static void free_states(Codec *codec) {
  if (codec->encoder) opus_encoder_destroy(codec->encoder);
  if (codec->decoder) opus_decoder_destroy(codec->decoder);
  codec->encoder = NULL;
  codec->decoder = NULL;
}

static void finalize_codec(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  free_states(data);
  free(data);
}

/* Gives the codec behind the first argument, or throws: it is not one, or it was closed. */
static Codec *codec_of(napi_env env, napi_value value) {
  napi_valuetype type;
  bool is_codec = false;
  void *codec = NULL;
  if (napi_typeof(env, value, &type) != napi_ok || type != napi_object ||
      napi_check_object_type_tag(env, value, &codec_tag, &is_codec) != napi_ok || !is_codec ||
      napi_unwrap(env, value, &codec) != napi_ok) {
    fail(env, "opus-argument", "expected an Opus codec");
    return NULL;
  }
  return codec;
}

/* Wraps the codec in a tagged object that frees it when collected. On failure the codec is freed at once. */
static napi_value object_for(napi_env env, Codec *codec) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok ||
      napi_wrap(env, object, codec, finalize_codec, NULL, NULL) != napi_ok) {
    finalize_codec(env, codec, NULL);
    return fail(env, "opus-failed", "out of memory");
  }
  if (napi_type_tag_object(env, object, &codec_tag) != napi_ok) return fail(env, "opus-failed", "out of memory");
  return object;
}

static bool int_arguments(napi_env env, napi_callback_info info, size_t count, int32_t *values) {
  napi_value arguments[3];
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, arguments, NULL, NULL) != napi_ok) return false;
  for (size_t index = 0; index < count; index++) {
    if (given <= index || napi_get_value_int32(env, arguments[index], &values[index]) != napi_ok) {
      fail(env, "opus-argument", "expected numbers");
      return false;
    }
  }
  return true;
}

static int set_tuning(OpusEncoder *encoder, int32_t complexity, int32_t bit_rate, bool is_music) {
  int error = opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
  if (error == OPUS_OK) error = opus_encoder_ctl(encoder, OPUS_SET_BITRATE(bit_rate));
  if (error != OPUS_OK) return error;
  return opus_encoder_ctl(encoder, OPUS_SET_SIGNAL(is_music ? OPUS_SIGNAL_MUSIC : OPUS_SIGNAL_VOICE));
}

/* createEncoder(sampleRate, complexity, bitRate) */
static napi_value create_encoder(napi_env env, napi_callback_info info) {
  int32_t values[3];
  if (!int_arguments(env, info, 3, values)) return NULL;
  int error = OPUS_OK;
  OpusEncoder *encoder = opus_encoder_create(values[0], 1, OPUS_APPLICATION_AUDIO, &error);
  if (!encoder || error != OPUS_OK) return fail(env, "opus-argument", opus_strerror(error));
  error = set_tuning(encoder, values[1], values[2], false);
  Codec *codec = error == OPUS_OK ? calloc(1, sizeof(Codec)) : NULL;
  if (!codec) {
    opus_encoder_destroy(encoder);
    return fail(env, "opus-argument", error == OPUS_OK ? "out of memory" : opus_strerror(error));
  }
  codec->encoder = encoder;
  return object_for(env, codec);
}

/* createDecoder(sampleRate) */
static napi_value create_decoder(napi_env env, napi_callback_info info) {
  int32_t sample_rate;
  if (!int_arguments(env, info, 1, &sample_rate)) return NULL;
  int error = OPUS_OK;
  OpusDecoder *decoder = opus_decoder_create(sample_rate, 1, &error);
  if (!decoder || error != OPUS_OK) return fail(env, "opus-argument", opus_strerror(error));
  Codec *codec = calloc(1, sizeof(Codec));
  if (!codec) {
    opus_decoder_destroy(decoder);
    return fail(env, "opus-failed", "out of memory");
  }
  codec->decoder = decoder;
  return object_for(env, codec);
}

/* A typed array with a copy of the bytes. */
static napi_value array_of(napi_env env, napi_typedarray_type type, const void *bytes, size_t length, size_t item) {
  napi_value buffer;
  napi_value array;
  void *data = NULL;
  if (napi_create_arraybuffer(env, length * item, &data, &buffer) != napi_ok) {
    return fail(env, "opus-failed", "out of memory");
  }
  if (length > 0) memcpy(data, bytes, length * item);
  if (napi_create_typedarray(env, type, length, buffer, 0, &array) != napi_ok) {
    return fail(env, "opus-failed", "out of memory");
  }
  return array;
}

/* Reads (codec, typed array) and gives false after throwing. */
static bool codec_and_data(napi_env env, napi_callback_info info, napi_typedarray_type type, Codec **codec,
                           void **data, size_t *length) {
  napi_value arguments[2];
  size_t count = 2;
  napi_typedarray_type given;
  bool is_array = false;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok) return false;
  *codec = codec_of(env, arguments[0]);
  if (!*codec) return false;
  if (napi_is_typedarray(env, arguments[1], &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, arguments[1], &given, length, data, NULL, NULL) != napi_ok || given != type) {
    fail(env, "opus-argument", type == napi_int16_array ? "expected an Int16Array" : "expected a Uint8Array");
    return false;
  }
  return true;
}

/* Reads the third argument, where a packet goes, and gives false after throwing. */
static bool packet_room(napi_env env, napi_callback_info info, void **packet, size_t *room) {
  napi_value arguments[3];
  size_t count = 3;
  napi_typedarray_type type = napi_int8_array;
  bool is_array = false;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok) return false;
  if (napi_is_typedarray(env, arguments[2], &is_array) != napi_ok || !is_array ||
      napi_get_typedarray_info(env, arguments[2], &type, room, packet, NULL, NULL) != napi_ok ||
      type != napi_uint8_array || *room == 0) {
    fail(env, "opus-argument", "expected a Uint8Array with room for a packet");
    return false;
  }
  if (*room > MAX_PACKET_BYTES) *room = MAX_PACKET_BYTES;
  return true;
}

/* encode(encoder, pcm, packet): writes one packet and gives its length */
static napi_value encode(napi_env env, napi_callback_info info) {
  Codec *codec;
  void *pcm;
  size_t samples;
  void *packet;
  size_t room;
  if (!codec_and_data(env, info, napi_int16_array, &codec, &pcm, &samples)) return NULL;
  if (!packet_room(env, info, &packet, &room)) return NULL;
  if (!codec->encoder) return fail(env, "opus-closed", "the encoder is closed");
  if (samples == 0 || samples > MAX_SAMPLES) return fail(env, "opus-argument", "no Opus frame has that many samples");
  opus_int32 bytes = opus_encode(codec->encoder, pcm, (int)samples, packet, (opus_int32)room);
  if (bytes == OPUS_BAD_ARG) return fail(env, "opus-argument", "no Opus frame has that many samples");
  if (bytes < 0) return fail(env, "opus-failed", opus_strerror(bytes));
  napi_value length;
  return napi_create_int32(env, bytes, &length) == napi_ok ? length : fail(env, "opus-failed", "out of memory");
}

/* tune(encoder, complexity, bitRate, isMusic): how the next frames are encoded */
static napi_value tune(napi_env env, napi_callback_info info) {
  napi_value arguments[4];
  size_t count = 4;
  int32_t complexity;
  int32_t bit_rate;
  bool is_music;
  if (napi_get_cb_info(env, info, &count, arguments, NULL, NULL) != napi_ok) return NULL;
  Codec *codec = codec_of(env, arguments[0]);
  if (!codec) return NULL;
  if (!codec->encoder) return fail(env, "opus-closed", "the encoder is closed");
  if (count < 4 || napi_get_value_int32(env, arguments[1], &complexity) != napi_ok ||
      napi_get_value_int32(env, arguments[2], &bit_rate) != napi_ok ||
      napi_get_value_bool(env, arguments[3], &is_music) != napi_ok) {
    return fail(env, "opus-argument", "expected two numbers and a boolean");
  }
  int error = set_tuning(codec->encoder, complexity, bit_rate, is_music);
  return error == OPUS_OK ? NULL : fail(env, "opus-argument", opus_strerror(error));
}

/* decode(decoder, packet): its samples */
static napi_value decode(napi_env env, napi_callback_info info) {
  Codec *codec;
  void *packet;
  size_t bytes;
  opus_int16 pcm[MAX_SAMPLES];
  if (!codec_and_data(env, info, napi_uint8_array, &codec, &packet, &bytes)) return NULL;
  if (!codec->decoder) return fail(env, "opus-closed", "the decoder is closed");
  /* libopus reads an empty packet as a lost one and invents sound for it. */
  if (bytes == 0 || bytes > 65535) return fail(env, "opus-packet", "no Opus packet has that many bytes");
  int samples = opus_decode(codec->decoder, packet, (opus_int32)bytes, pcm, MAX_SAMPLES, 0);
  if (samples < 0) return fail(env, "opus-packet", opus_strerror(samples));
  return array_of(env, napi_int16_array, pcm, (size_t)samples, sizeof(opus_int16));
}

/* close(codec): frees its state now instead of at collection */
static napi_value close_codec(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok) return NULL;
  Codec *codec = codec_of(env, argument);
  if (codec) free_states(codec);
  return NULL;
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor functions[] = {
      {"createEncoder", NULL, create_encoder, NULL, NULL, NULL, napi_default, NULL},
      {"createDecoder", NULL, create_decoder, NULL, NULL, NULL, napi_default, NULL},
      {"tune", NULL, tune, NULL, NULL, NULL, napi_default, NULL},
      {"encode", NULL, encode, NULL, NULL, NULL, napi_default, NULL},
      {"decode", NULL, decode, NULL, NULL, NULL, napi_default, NULL},
      {"close", NULL, close_codec, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof(functions) / sizeof(functions[0]), functions);
  return exports;
}
