import { SCENES } from "../../bench/barge-in/scenes.ts";
import { testScene } from "./barge-in-scene.ts";

// The other rooms take long, and are among the slow tests.
for (const scene of SCENES) if (!scene.name.includes(":") || scene.name.includes("desk")) testScene(scene);
