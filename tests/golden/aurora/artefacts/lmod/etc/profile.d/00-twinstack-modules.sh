if [ -z "${LMOD_SITE_MODULEPATH:-}" ]; then
  export LMOD_SITE_MODULEPATH=/home/software/modules/Core
fi
