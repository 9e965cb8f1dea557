#ifndef CT_CORE_VERSION_H
#define CT_CORE_VERSION_H

#define CT_VERSION "0.1.0"

/* The commit this program was built from; part of every run's identity. */
const char *version_commit(void);

#endif
