/*
 * Native half of opus.ts. Written against xsmc.h alone, so that the same file serves the device, the SDK's Linux
 * build and the simulator.
 */
#include "xsmc.h"
#include "mc.xs.h"
#include "opus.h"
#include <stdlib.h>

/* A 60 ms packet of speech stays far below this; RFC 6716 allows 1275 bytes for each 20 ms frame. */
#define MAX_PACKET_BYTES 1500

typedef struct {
	OpusEncoder *encoder;
	int frameSamples;
} EncoderRecord;

typedef struct {
	OpusDecoder *decoder;
	int frameSamples;
} DecoderRecord;

void xs_opus_encoder_destructor(void *data)
{
	EncoderRecord *record = data;
	if (!record)
		return;
	if (record->encoder)
		opus_encoder_destroy(record->encoder);
	free(record);
}

/* (sampleRate, frameMs, complexity) */
void xs_opus_encoder(xsMachine *the)
{
	int error;
	int sampleRate = xsmcToInteger(xsArg(0));
	int frameMs = xsmcToInteger(xsArg(1));
	int complexity = xsmcToInteger(xsArg(2));
	EncoderRecord *record = calloc(1, sizeof(EncoderRecord));
	if (!record)
		xsUnknownError("opus encoder: no memory");
	xsmcSetHostData(xsThis, record);
	record->frameSamples = sampleRate / 1000 * frameMs;
	record->encoder = opus_encoder_create(sampleRate, 1, OPUS_APPLICATION_AUDIO, &error);
	if (!record->encoder)
		xsRangeError("opus encoder: %s", opus_strerror(error));
	opus_encoder_ctl(record->encoder, OPUS_SET_COMPLEXITY(complexity));
	opus_encoder_ctl(record->encoder, OPUS_SET_VBR(1));
	opus_encoder_ctl(record->encoder, OPUS_SET_DTX(1));
}

static EncoderRecord *encoderOf(xsMachine *the)
{
	EncoderRecord *record = xsmcGetHostData(xsThis);
	if (!record)
		xsUnknownError("opus encoder: closed");
	return record;
}

/* (pcm) -> packet. The packet is made on the C stack: a pointer into the XS heap does not survive an allocation. */
void xs_opus_encoder_encode(xsMachine *the)
{
	EncoderRecord *record = encoderOf(the);
	unsigned char packet[MAX_PACKET_BYTES];
	void *pcm;
	xsUnsignedValue pcmBytes;
	int packetBytes;
	xsmcGetBufferReadable(xsArg(0), &pcm, &pcmBytes);
	if ((int)pcmBytes != record->frameSamples * 2)
		xsRangeError("opus encoder: expected %d bytes, got %d", record->frameSamples * 2, (int)pcmBytes);
	packetBytes = opus_encode(record->encoder, pcm, record->frameSamples, packet, sizeof(packet));
	if (packetBytes < 0)
		xsUnknownError("opus encoder: %s", opus_strerror(packetBytes));
	xsmcSetArrayBuffer(xsResult, packet, packetBytes);
}

void xs_opus_encoder_close(xsMachine *the)
{
	xs_opus_encoder_destructor(xsmcGetHostData(xsThis));
	xsmcSetHostData(xsThis, NULL);
}

void xs_opus_decoder_destructor(void *data)
{
	DecoderRecord *record = data;
	if (!record)
		return;
	if (record->decoder)
		opus_decoder_destroy(record->decoder);
	free(record);
}

/* (sampleRate, maxFrameMs) */
void xs_opus_decoder(xsMachine *the)
{
	int error;
	int sampleRate = xsmcToInteger(xsArg(0));
	int maxFrameMs = xsmcToInteger(xsArg(1));
	DecoderRecord *record = calloc(1, sizeof(DecoderRecord));
	if (!record)
		xsUnknownError("opus decoder: no memory");
	xsmcSetHostData(xsThis, record);
	record->frameSamples = sampleRate / 1000 * maxFrameMs;
	record->decoder = opus_decoder_create(sampleRate, 1, &error);
	if (!record->decoder)
		xsRangeError("opus decoder: %s", opus_strerror(error));
}

static DecoderRecord *decoderOf(xsMachine *the)
{
	DecoderRecord *record = xsmcGetHostData(xsThis);
	if (!record)
		xsUnknownError("opus decoder: closed");
	return record;
}

/* (packet, pcm) -> bytes written to pcm, which must hold the longest frame */
void xs_opus_decoder_decode(xsMachine *the)
{
	DecoderRecord *record = decoderOf(the);
	void *packet, *pcm;
	xsUnsignedValue packetBytes, pcmBytes;
	int samples;
	xsmcGetBufferReadable(xsArg(0), &packet, &packetBytes);
	xsmcGetBufferWritable(xsArg(1), &pcm, &pcmBytes);
	if ((int)pcmBytes < record->frameSamples * 2)
		xsRangeError("opus decoder: expected room for %d bytes, got %d", record->frameSamples * 2, (int)pcmBytes);
	samples = opus_decode(record->decoder, packet, packetBytes, pcm, record->frameSamples, 0);
	if (samples < 0)
		xsUnknownError("opus decoder: %s", opus_strerror(samples));
	xsmcSetInteger(xsResult, samples * 2);
}

/* (frameMs, pcm) -> bytes written to pcm: what libopus makes up for a packet that did not come */
void xs_opus_decoder_conceal(xsMachine *the)
{
	DecoderRecord *record = decoderOf(the);
	opus_int32 sampleRate;
	int frameMs = xsmcToInteger(xsArg(0));
	void *pcm;
	xsUnsignedValue pcmBytes;
	int samples;
	xsmcGetBufferWritable(xsArg(1), &pcm, &pcmBytes);
	opus_decoder_ctl(record->decoder, OPUS_GET_SAMPLE_RATE(&sampleRate));
	samples = sampleRate / 1000 * frameMs;
	if (samples <= 0 || (int)pcmBytes < samples * 2)
		xsRangeError("opus decoder: expected room for %d bytes, got %d", samples * 2, (int)pcmBytes);
	samples = opus_decode(record->decoder, NULL, 0, pcm, samples, 0);
	if (samples < 0)
		xsUnknownError("opus decoder: %s", opus_strerror(samples));
	xsmcSetInteger(xsResult, samples * 2);
}

void xs_opus_decoder_reset(xsMachine *the)
{
	opus_decoder_ctl(decoderOf(the)->decoder, OPUS_RESET_STATE);
}

void xs_opus_decoder_close(xsMachine *the)
{
	xs_opus_decoder_destructor(xsmcGetHostData(xsThis));
	xsmcSetHostData(xsThis, NULL);
}
