import { testWholeDemo } from "../cli/whole-demo.ts";

testWholeDemo("mqtt");
testWholeDemo("gateway");
