// What ESP-IDF offers and the SDK does not: whether this firmware is on trial, and how the radio sleeps. It also gives
// the image its description, by which other devices of this firmware tell whether it is for them.

#include "mc.defines.h"

#ifndef MODDEF_IMAGE_BOARD
#define MODDEF_IMAGE_BOARD unknown
#endif

// The SDK writes the manifest's texts as they are, without quotes. Made to text before anything else is included, for a
// macro named as a part of a board's name would change it.
#define TEXT_OF(...) #__VA_ARGS__
#define TEXT(...) TEXT_OF(__VA_ARGS__)

#define IMAGE_FORM 2
#define TEXT_BYTES 32
#define BOARD_BYTES 64
_Static_assert(sizeof TEXT(MODDEF_IMAGE_BOARD) <= BOARD_BYTES, "a board's name has at most 63 characters");

struct image_identity {
  char magic[4];
  unsigned char form;
  unsigned char unused[3];
  char project[TEXT_BYTES];
  char board[BOARD_BYTES];
  char version[TEXT_BYTES];
};

// ESP-IDF puts this section right behind its own description of the application.
const __attribute__((section(".rodata_custom_desc"), used)) struct image_identity image_identity = {
  .magic = { 'X', 'Z', 'X', 'S' },
  .form = IMAGE_FORM,
  .project = TEXT(MODDEF_IMAGE_PROJECT),
  .board = TEXT(MODDEF_IMAGE_BOARD),
  .version = TEXT(MODDEF_IMAGE_VERSION),
};

#include "xsmc.h"
#include "xsHost.h"
#include "mc.xs.h"

#include "app_update/include/esp_ota_ops.h"
#include "esp_system.h"
#include "esp_wifi.h"

void xs_platform_isOnTrial(xsMachine *the)
{
  esp_ota_img_states_t state;
  const esp_partition_t *running = esp_ota_get_running_partition();
  int known = ESP_OK == esp_ota_get_state_partition(running, &state);
  // Without this look at it, the linker would leave the description out.
  int isDescribed = IMAGE_FORM == *(volatile const uint8_t *)&image_identity.form;
  xsmcSetBoolean(xsResult, isDescribed && known && ESP_OTA_IMG_PENDING_VERIFY == state);
}

void xs_platform_confirm(xsMachine *the)
{
  if (ESP_OK != esp_ota_mark_app_valid_cancel_rollback())
    xsUnknownError("firmware cannot be confirmed");
}

void xs_platform_freeHeap(xsMachine *the)
{
  xsmcSetInteger(xsResult, (xsIntegerValue)esp_get_free_heap_size());
}

void xs_platform_setRadioSleep(xsMachine *the)
{
  static const wifi_ps_type_t levels[] = { WIFI_PS_NONE, WIFI_PS_MIN_MODEM, WIFI_PS_MAX_MODEM };
  int level = xsmcToInteger(xsArg(0));
  if (level < 0 || level > 2)
    xsRangeError("invalid level");
  // Before the radio was started there is nothing to set.
  esp_wifi_set_ps(levels[level]);
}

void xs_platform_setTransmitPower(xsMachine *the)
{
  int quarters = xsmcToInteger(xsArg(0));
  if (quarters < 8 || quarters > 84)
    xsRangeError("invalid power");
  esp_wifi_set_max_tx_power((int8_t)quarters);
}
