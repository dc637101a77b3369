import { defineTool, type Tool } from "../../mcp/tool.ts";
import { frozen } from "../../protocol/frozen.ts";
import type { Climate, ClimateSensorPart } from "../hardware/sensors/climate-sensor.ts";
import type { Part, PartContext, PinUse } from "./part.ts";

const NO_PINS: readonly PinUse[] = frozen([]);

export interface ThermometerOptions {
  /** The middle part of the tool's name. */
  readonly name?: string;
  /** For the model: where it measures, "in the living room". */
  readonly where?: string;
}

class ThermometerPart implements Part {
  readonly #sensor: ClimateSensorPart;
  readonly #options: ThermometerOptions;

  constructor(sensor: ClimateSensorPart, options: ThermometerOptions) {
    this.#sensor = frozen(sensor);
    this.#options = frozen(options);
  }

  /** Its bus is shared. */
  get pins(): readonly PinUse[] {
    return NO_PINS;
  }

  create({ clock }: PartContext): readonly Tool[] {
    const { name = "thermometer", where = "where the device is" } = this.#options;
    const sensor = this.#sensor.create(clock);
    let running: Promise<Climate> | undefined;
    const measure = () => {
      running ??= sensor.measure().finally(() => {
        running = undefined;
      });
      return running;
    };
    return [
      defineTool({
        name: `self.${name}.get`,
        description: `Measure temperature (degrees Celsius) and humidity (percent) ${where}.`,
        params: {},
        run: async () => {
          const { temperature, humidityPercent } = await measure();
          return { temperature: Math.round(temperature * 10) / 10, humidity: Math.round(humidityPercent) };
        },
      }),
    ];
  }
}

/** A sensor of temperature and humidity, `aht20({ bus })` or `sht3x({ bus })`: `self.<name>.get`. */
export function thermometer(sensor: ClimateSensorPart, options: ThermometerOptions = {}): Part {
  return new ThermometerPart(sensor, options);
}
