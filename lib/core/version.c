#include "core/version.h"

#include "commit.h"

const char *version_commit(void)
{
	return CT_COMMIT;
}
