import { SCENES } from "../../bench/barge-in/scenes.ts";
import { testScene } from "../bench/barge-in-scene.ts";

for (const scene of SCENES) if (scene.name.includes(":") && !scene.name.includes("desk")) testScene(scene);
