import { expander, szpi } from "boards/lichuang-dev/szpi";
import { expanderSwitch } from "modules/hardware/expanders/expander";
import { camera } from "modules/parts/camera/camera";

/** The same with its camera in use. */
export default szpi({
  name: "lichuang-dev-camera",
  strappingPins: [3, 46],
  parts: [
    camera({
      pins: { xclk: 5, data: [16, 18, 8, 17, 15, 6, 4, 9], vsync: 3, href: 46, pclk: 7 },
      power: expanderSwitch(expander, [2], true),
    }),
  ],
});
