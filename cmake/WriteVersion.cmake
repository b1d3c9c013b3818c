find_package(Git QUIET)
set(commit "unknown")
if(GIT_FOUND)
    execute_process(COMMAND ${GIT_EXECUTABLE} -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
        OUTPUT_VARIABLE described OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed)
        set(commit "${described}")
    endif()
endif()
file(CONFIGURE OUTPUT ${OUTPUT} @ONLY CONTENT "// Written by cmake/WriteVersion.cmake at every build.
#pragma once

#define PT_VERSION_TEXT \"@VERSION@\"
#define PT_COMMIT_TEXT \"@commit@\"
#define PT_COMPILER_TEXT \"@COMPILER@\"
#define PT_BUILD_TYPE_TEXT \"@BUILD@\"
")
