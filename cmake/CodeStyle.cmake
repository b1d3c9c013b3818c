# Targets `format`, `format-check` and `tidy`. The scripts do the work and are run by hand or by CI alike.
add_custom_target(format COMMAND "${PROJECT_SOURCE_DIR}/scripts/check-format" --fix USES_TERMINAL)
add_custom_target(format-check COMMAND "${PROJECT_SOURCE_DIR}/scripts/check-format" USES_TERMINAL)
add_custom_target(tidy COMMAND "${PROJECT_SOURCE_DIR}/scripts/check-tidy" "${CMAKE_BINARY_DIR}" USES_TERMINAL)
