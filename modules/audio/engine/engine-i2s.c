/*
 * engine-hardware.h on the I2S controllers of an ESP32-S3. One controller has a sender and a receiver; when both use its
 * clock lines, the sender makes the clocks, so that it runs whenever the receiver does and then sends silence.
 */
#include "engine-hardware.h"
#include "engine-port.h"
#include "driver/i2s_std.h"
#include "driver/i2s_tdm.h"
#include "esp_attr.h"
#include "esp_err.h"
#include <stdatomic.h>

/* 60 ms at 24 kHz: what a task may be late. */
#define DMA_BUFFERS 6
#define DMA_FRAMES 240
#define WAIT_MS 100

#define INPUT_PORT 1
#define OUTPUT_PORT 0

typedef struct {
	i2s_chan_handle_t channel;
	/* Sound flows in it. */
	int isUsed;
	/* Its clocks run. */
	int isEnabled;
	/* Written by the interrupt alone. */
	atomic_uint misses;
	atomic_int isCounting;
} Line;

struct EngineHardware {
	int isShared;
	PortLock *lock;
	Line lines[2];
};

static bool IRAM_ATTR onMiss(i2s_chan_handle_t channel, i2s_event_data_t *event, void *context)
{
	Line *line = context;
	(void)channel;
	(void)event;
	if (atomic_load(&line->isCounting))
		atomic_store(&line->misses, atomic_load(&line->misses) + 1);
	return false;
}

static i2s_chan_config_t channelConfig(int port)
{
	i2s_chan_config_t config = I2S_CHANNEL_DEFAULT_CONFIG((i2s_port_t)port, I2S_ROLE_MASTER);
	config.dma_desc_num = DMA_BUFFERS;
	config.dma_frame_num = DMA_FRAMES;
	config.auto_clear_after_cb = true;
	return config;
}

/* What one line of the controller does not use; a shared controller's two lines name the same clock pins. */
static void setPins(i2s_std_gpio_config_t *gpio, const EnginePins *pins, HardwareSide side)
{
	gpio->mclk = (gpio_num_t)pins->mclk;
	gpio->bclk = (gpio_num_t)pins->bclk;
	gpio->ws = (gpio_num_t)pins->ws;
	gpio->dout = side == HARDWARE_OUTPUT ? (gpio_num_t)pins->data : I2S_GPIO_UNUSED;
	gpio->din = side == HARDWARE_INPUT ? (gpio_num_t)pins->data : I2S_GPIO_UNUSED;
}

static esp_err_t initStandard(i2s_chan_handle_t channel, const EngineWiring *wiring, HardwareSide side)
{
	int isInput = side == HARDWARE_INPUT;
	int slots = isInput ? wiring->inputSlots : wiring->outputSlots;
	int bits = isInput ? wiring->inputBits : wiring->outputBits;
	i2s_std_config_t config = {
		.clk_cfg = I2S_STD_CLK_DEFAULT_CONFIG((uint32_t)(isInput ? wiring->inputRate : wiring->outputRate)),
		.slot_cfg = I2S_STD_PHILIPS_SLOT_DEFAULT_CONFIG((i2s_data_bit_width_t)bits,
			slots == 1 ? I2S_SLOT_MODE_MONO : I2S_SLOT_MODE_STEREO),
	};
	if (slots == 1)
		config.slot_cfg.slot_mask = I2S_STD_SLOT_LEFT;
	/* Four slots of the microphone fill the time of two of the speaker, on the same clock. */
	if (wiring->mode == ENGINE_STANDARD_AND_TDM)
		config.slot_cfg.slot_bit_width = (i2s_slot_bit_width_t)(wiring->inputSlots * wiring->inputBits / 2);
	setPins(&config.gpio_cfg, isInput ? &wiring->input : &wiring->output, side);
	return i2s_channel_init_std_mode(channel, &config);
}

static esp_err_t initTdm(i2s_chan_handle_t channel, const EngineWiring *wiring)
{
	i2s_tdm_slot_mask_t mask = (i2s_tdm_slot_mask_t)((1 << wiring->inputSlots) - 1);
	i2s_tdm_config_t config = {
		.clk_cfg = I2S_TDM_CLK_DEFAULT_CONFIG((uint32_t)wiring->inputRate),
		.slot_cfg = I2S_TDM_PHILIPS_SLOT_DEFAULT_CONFIG((i2s_data_bit_width_t)wiring->inputBits, I2S_SLOT_MODE_STEREO, mask),
	};
	config.gpio_cfg.mclk = (gpio_num_t)wiring->input.mclk;
	config.gpio_cfg.bclk = (gpio_num_t)wiring->input.bclk;
	config.gpio_cfg.ws = (gpio_num_t)wiring->input.ws;
	config.gpio_cfg.dout = I2S_GPIO_UNUSED;
	config.gpio_cfg.din = (gpio_num_t)wiring->input.data;
	return i2s_channel_init_tdm_mode(channel, &config);
}

static const char *createChannels(EngineHardware *hardware)
{
	i2s_chan_handle_t *input = &hardware->lines[HARDWARE_INPUT].channel;
	i2s_chan_handle_t *output = &hardware->lines[HARDWARE_OUTPUT].channel;
	i2s_chan_config_t config = channelConfig(OUTPUT_PORT);
	if (hardware->isShared)
		return i2s_new_channel(&config, output, input) == ESP_OK ? NULL : "no I2S controller";
	if (i2s_new_channel(&config, output, NULL) != ESP_OK)
		return "no I2S controller for the speaker";
	config = channelConfig(INPUT_PORT);
	return i2s_new_channel(&config, NULL, input) == ESP_OK ? NULL : "no I2S controller for the microphone";
}

static const char *initChannels(EngineHardware *hardware, const EngineWiring *wiring)
{
	i2s_chan_handle_t input = hardware->lines[HARDWARE_INPUT].channel;
	esp_err_t result;
	if (initStandard(hardware->lines[HARDWARE_OUTPUT].channel, wiring, HARDWARE_OUTPUT) != ESP_OK)
		return "I2S refuses the speaker's format or pins";
	if (wiring->mode == ENGINE_STANDARD_AND_TDM)
		result = initTdm(input, wiring);
	else
		result = initStandard(input, wiring, HARDWARE_INPUT);
	return result == ESP_OK ? NULL : "I2S refuses the microphone's format or pins";
}

static const char *watchMisses(EngineHardware *hardware)
{
	i2s_event_callbacks_t heard = {.on_recv_q_ovf = onMiss};
	i2s_event_callbacks_t played = {.on_send_q_ovf = onMiss};
	Line *input = &hardware->lines[HARDWARE_INPUT], *output = &hardware->lines[HARDWARE_OUTPUT];
	if (i2s_channel_register_event_callback(input->channel, &heard, input) == ESP_OK &&
	    i2s_channel_register_event_callback(output->channel, &played, output) == ESP_OK)
		return NULL;
	return "I2S refuses a callback";
}

EngineHardware *hardwareOpen(const EngineWiring *wiring, const char **fault)
{
	EngineHardware *hardware = portAllocate(sizeof(EngineHardware));
	*fault = "no memory";
	if (!hardware)
		return NULL;
	hardware->isShared = wiring->mode != ENGINE_TWO_CONTROLLERS;
	hardware->lock = portLockCreate();
	if (hardware->lock) {
		*fault = createChannels(hardware);
		if (!*fault)
			*fault = initChannels(hardware, wiring);
		if (!*fault)
			*fault = watchMisses(hardware);
	}
	if (!*fault)
		return hardware;
	hardwareClose(hardware);
	return NULL;
}

void hardwareClose(EngineHardware *hardware)
{
	int side;
	if (!hardware)
		return;
	for (side = HARDWARE_INPUT; side <= HARDWARE_OUTPUT; side++) {
		Line *line = &hardware->lines[side];
		if (line->isEnabled)
			i2s_channel_disable(line->channel);
		if (line->channel)
			i2s_del_channel(line->channel);
	}
	portLockDelete(hardware->lock);
	portFree(hardware);
}

/* Enables or disables a line as it is needed now. */
static int settle(EngineHardware *hardware, HardwareSide side)
{
	Line *line = &hardware->lines[side];
	int isNeeded = line->isUsed;
	if (side == HARDWARE_OUTPUT && hardware->isShared)
		isNeeded |= hardware->lines[HARDWARE_INPUT].isUsed;
	if (isNeeded && !line->isEnabled)
		line->isEnabled = i2s_channel_enable(line->channel) == ESP_OK;
	else if (!isNeeded && line->isEnabled) {
		i2s_channel_disable(line->channel);
		line->isEnabled = 0;
	}
	return line->isEnabled == isNeeded;
}

int hardwareStart(EngineHardware *hardware, HardwareSide side)
{
	int isStarted;
	portLock(hardware->lock);
	hardware->lines[side].isUsed = 1;
	/* The one that makes the clocks first. */
	isStarted = settle(hardware, HARDWARE_OUTPUT) && settle(hardware, HARDWARE_INPUT);
	if (!isStarted) {
		hardware->lines[side].isUsed = 0;
		settle(hardware, HARDWARE_INPUT);
		settle(hardware, HARDWARE_OUTPUT);
	}
	portUnlock(hardware->lock);
	return isStarted;
}

void hardwareStop(EngineHardware *hardware, HardwareSide side)
{
	portLock(hardware->lock);
	atomic_store(&hardware->lines[side].isCounting, 0);
	hardware->lines[side].isUsed = 0;
	settle(hardware, HARDWARE_INPUT);
	settle(hardware, HARDWARE_OUTPUT);
	portUnlock(hardware->lock);
}

int hardwareRead(EngineHardware *hardware, void *frames, int bytes)
{
	Line *line = &hardware->lines[HARDWARE_INPUT];
	size_t done = 0;
	i2s_channel_read(line->channel, frames, (size_t)bytes, &done, WAIT_MS);
	atomic_store(&line->isCounting, 1);
	return (int)done;
}

int hardwareWrite(EngineHardware *hardware, const void *frames, int bytes)
{
	Line *line = &hardware->lines[HARDWARE_OUTPUT];
	size_t done = 0;
	i2s_channel_write(line->channel, frames, (size_t)bytes, &done, WAIT_MS);
	/* Before the first sound the hardware finds nothing, and that is right. */
	atomic_store(&line->isCounting, 1);
	return (int)done;
}

uint32_t hardwareMisses(EngineHardware *hardware, HardwareSide side)
{
	return atomic_load(&hardware->lines[side].misses);
}
