import { breadboard } from "boards/bread-compact-wifi-lcd/breadboard";
import { spiPanel } from "modules/hardware/panels/spi-panel";

export default breadboard("bread-compact-wifi-lcd-st7796-320x480-no-ips", spiPanel());
