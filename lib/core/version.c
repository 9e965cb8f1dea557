#include "core/version.h"

#include "core/commit.h"

const char *version_commit(void)
{
	return CT_COMMIT;
}
