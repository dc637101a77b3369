/* Runs one case: engine-test <case> [<mode>]. */
#include "world.h"
#include <string.h>

int main(int count, char **arguments)
{
	const char *mode = count > 2 ? arguments[2] : "";
	const EngineWiring *wiring = &fullDuplex;
	if (strcmp(mode, "standard-and-tdm") == 0)
		wiring = &standardAndTdm;
	else if (strcmp(mode, "two-controllers") == 0)
		wiring = &twoControllers;
	if (count > 1) {
		runPartCase(arguments[1]);
		runSoundCase(arguments[1], wiring);
		runFaultCase(arguments[1], wiring);
	}
	fprintf(stderr, "no such case\n");
	return 2;
}
