/* The I2S driver of ESP-IDF as far as the engine uses it. */
#include "driver/i2s_std.h"
#include "driver/i2s_tdm.h"
#include "fake-channel.h"
#include "virtual-time.h"
#include <stdlib.h>
#include <string.h>

static i2s_chan_handle_t newChannel(const i2s_chan_config_t *config, int isSender)
{
	i2s_chan_handle_t channel;
	int i;
	for (i = 0; i < MAX_CHANNELS; i++)
		if (fakeChannels[i] && fakeChannels[i]->port == config->id && fakeChannels[i]->isSender == isSender)
			return NULL;
	channel = calloc(1, sizeof(*channel));
	channel->isSender = isSender;
	channel->port = config->id;
	channel->buffers = (int)config->dma_desc_num;
	channel->frames = (int)config->dma_frame_num;
	if (isSender && !config->auto_clear)
		fakeWrong("a sender that repeats its last sound");
	for (i = 0; fakeChannels[i]; i++)
		;
	fakeChannels[i] = channel;
	return channel;
}

esp_err_t i2s_new_channel(const i2s_chan_config_t *config, i2s_chan_handle_t *sender, i2s_chan_handle_t *receiver)
{
	esp_err_t result = ESP_OK;
	pthread_mutex_lock(&timeLock);
	if (fakeCallFails())
		result = ESP_ERR_NOT_FOUND;
	else {
		if (sender)
			*sender = newChannel(config, 1);
		if (receiver)
			*receiver = newChannel(config, 0);
		if (sender && receiver) {
			(*sender)->pair = *receiver;
			(*receiver)->pair = *sender;
		}
	}
	pthread_mutex_unlock(&timeLock);
	return result;
}

esp_err_t i2s_del_channel(i2s_chan_handle_t channel)
{
	int i;
	pthread_mutex_lock(&timeLock);
	if (channel->state == RUNNING || channel->isInCall)
		fakeWrong("deleting a channel that runs");
	for (i = 0; i < MAX_CHANNELS; i++)
		if (fakeChannels[i] == channel)
			fakeChannels[i] = NULL;
	if (channel->pair)
		channel->pair->pair = NULL;
	pthread_mutex_unlock(&timeLock);
	free(channel);
	return ESP_OK;
}

/* Two channels on one controller have one bit clock. */
static void checkClocks(i2s_chan_handle_t channel)
{
	i2s_chan_handle_t pair = channel->pair;
	if (!pair || pair->state == REGISTERED)
		return;
	if (pair->rate != channel->rate || pair->frameBits != channel->frameBits)
		fakeWrong("sender and receiver of one controller with different clocks");
	if (memcmp(pair->pins, channel->pins, sizeof(channel->pins)) != 0)
		fakeWrong("sender and receiver of one controller on different clock pins");
}

static esp_err_t ready(i2s_chan_handle_t channel, const int *pins)
{
	if (channel->state != REGISTERED)
		fakeWrong("initializing a channel twice");
	if (fakeCallFails())
		return ESP_ERR_INVALID_ARG;
	memcpy(channel->pins, pins, sizeof(channel->pins));
	channel->state = READY;
	checkClocks(channel);
	return ESP_OK;
}

esp_err_t i2s_channel_init_std_mode(i2s_chan_handle_t channel, const i2s_std_config_t *config)
{
	const i2s_std_slot_config_t *slot = &config->slot_cfg;
	const i2s_std_gpio_config_t *gpio = &config->gpio_cfg;
	int pins[3] = {gpio->mclk, gpio->bclk, gpio->ws};
	int width = slot->slot_bit_width == I2S_SLOT_BIT_WIDTH_AUTO ? (int)slot->data_bit_width : (int)slot->slot_bit_width;
	esp_err_t result;
	pthread_mutex_lock(&timeLock);
	channel->rate = (int)config->clk_cfg.sample_rate_hz;
	channel->slots = (int)slot->slot_mode;
	channel->bits = (int)slot->data_bit_width;
	channel->frameBits = 2 * width;
	if ((channel->isSender ? gpio->dout : gpio->din) == I2S_GPIO_UNUSED)
		fakeWrong("a channel without a data pin");
	if (slot->slot_mode == I2S_SLOT_MODE_MONO && slot->slot_mask != I2S_STD_SLOT_LEFT)
		fakeWrong("one slot that is not the left one");
	result = ready(channel, pins);
	pthread_mutex_unlock(&timeLock);
	return result;
}

esp_err_t i2s_channel_init_tdm_mode(i2s_chan_handle_t channel, const i2s_tdm_config_t *config)
{
	const i2s_tdm_gpio_config_t *gpio = &config->gpio_cfg;
	int pins[3] = {gpio->mclk, gpio->bclk, gpio->ws};
	esp_err_t result;
	pthread_mutex_lock(&timeLock);
	channel->rate = (int)config->clk_cfg.sample_rate_hz;
	channel->slots = __builtin_popcount((unsigned)config->slot_cfg.slot_mask);
	channel->bits = (int)config->slot_cfg.data_bit_width;
	channel->frameBits = channel->slots * channel->bits;
	if (channel->isSender || gpio->din == I2S_GPIO_UNUSED)
		fakeWrong("a TDM receiver without a data pin");
	result = ready(channel, pins);
	pthread_mutex_unlock(&timeLock);
	return result;
}

esp_err_t i2s_channel_register_event_callback(i2s_chan_handle_t channel, const i2s_event_callbacks_t *callbacks, void *context)
{
	esp_err_t result = ESP_OK;
	pthread_mutex_lock(&timeLock);
	if (channel->state == RUNNING)
		fakeWrong("a callback for a channel that runs");
	if (fakeCallFails())
		result = ESP_FAIL;
	channel->callbacks = *callbacks;
	channel->context = context;
	pthread_mutex_unlock(&timeLock);
	return result;
}

esp_err_t i2s_channel_enable(i2s_chan_handle_t channel)
{
	esp_err_t result = ESP_OK;
	pthread_mutex_lock(&timeLock);
	if (channel->state != READY)
		fakeWrong("enabling a channel that is not ready");
	if (!channel->isSender && channel->pair && channel->pair->state != RUNNING)
		fakeWrong("a receiver without the clocks of its sender");
	if (fakeCallFails())
		result = ESP_ERR_INVALID_STATE;
	else {
		channel->state = RUNNING;
		channel->used = channel->missed = 0;
		channel->due = 0;
	}
	pthread_mutex_unlock(&timeLock);
	return result;
}

esp_err_t i2s_channel_disable(i2s_chan_handle_t channel)
{
	pthread_mutex_lock(&timeLock);
	if (channel->state != RUNNING)
		fakeWrong("disabling a channel that does not run");
	if (channel->isInCall)
		fakeWrong("disabling a channel that is being used");
	if (channel->isSender && channel->pair && channel->pair->state == RUNNING)
		fakeWrong("taking the clocks from a receiver");
	channel->state = READY;
	pthread_mutex_unlock(&timeLock);
	return ESP_OK;
}

static void begin(i2s_chan_handle_t channel, int isSender)
{
	if (channel->isSender != isSender || channel->isInCall)
		fakeWrong("two calls for one channel, or for the wrong one");
	channel->isInCall = 1;
}

esp_err_t i2s_channel_read(i2s_chan_handle_t channel, void *dest, size_t size, size_t *done, uint32_t timeoutMs)
{
	uint64_t deadline;
	esp_err_t result = ESP_OK;
	*done = 0;
	pthread_mutex_lock(&timeLock);
	begin(channel, 0);
	deadline = timeNow() + timeoutMs;
	while (channel->state == RUNNING && *done < size && timeNow() < deadline) {
		int part = (int)(size - *done) < channel->used ? (int)(size - *done) : channel->used;
		if (fakeAreHeld || part == 0) {
			timeWait(fakeAreHeld ? TIME_NEVER : deadline);
			continue;
		}
		memcpy((uint8_t *)dest + *done, channel->data, (size_t)part);
		memmove(channel->data, channel->data + part, (size_t)(channel->used - part));
		channel->used -= part;
		*done += (size_t)part;
	}
	if (*done < size)
		result = channel->state == RUNNING ? ESP_ERR_TIMEOUT : ESP_ERR_INVALID_STATE;
	channel->isInCall = 0;
	pthread_mutex_unlock(&timeLock);
	return result;
}

esp_err_t i2s_channel_write(i2s_chan_handle_t channel, const void *src, size_t size, size_t *done, uint32_t timeoutMs)
{
	uint64_t deadline;
	esp_err_t result = ESP_OK;
	*done = 0;
	pthread_mutex_lock(&timeLock);
	begin(channel, 1);
	deadline = timeNow() + timeoutMs;
	while (channel->state == RUNNING && *done < size && timeNow() < deadline) {
		int room = fakeRoom(channel) - channel->used;
		int part = (int)(size - *done) < room ? (int)(size - *done) : room;
		if (fakeAreHeld || part <= 0) {
			timeWait(fakeAreHeld ? TIME_NEVER : deadline);
			continue;
		}
		memcpy(channel->data + channel->used, (const uint8_t *)src + *done, (size_t)part);
		channel->used += part;
		channel->missed = 0;
		*done += (size_t)part;
	}
	if (*done < size)
		result = channel->state == RUNNING ? ESP_ERR_TIMEOUT : ESP_ERR_INVALID_STATE;
	channel->isInCall = 0;
	pthread_mutex_unlock(&timeLock);
	return result;
}
