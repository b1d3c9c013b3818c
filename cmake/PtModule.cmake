# pt_add_module(<name> SOURCES <files...> [DEPENDS <targets...>])
#   The static library pt_<name> of src/<name>. DEPENDS are linked PUBLIC.
# What runs at starts and by hand, not for each byte or channel: small rather than fast in the
# static binary, whose size is limited.
set(PT_SMALL_MODULES cli config demo engine fleet migrate plex state)

function(pt_add_module name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
    add_library(pt_${name} STATIC ${ARG_SOURCES})
    target_include_directories(pt_${name} PUBLIC "${PROJECT_SOURCE_DIR}/include")
    target_link_libraries(pt_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS} pt_warnings)
    if(PT_STATIC AND name IN_LIST PT_SMALL_MODULES)
        target_compile_options(pt_${name} PRIVATE -Os)
    endif()
    if(pt_asio IN_LIST ARG_DEPENDS)
        pt_use_precompiled(pt_${name} asio)
    else()
        pt_use_precompiled(pt_${name} standard)
    endif()
endfunction()

# pt_add_unit_tests(<module> SOURCES <files...> [DEPENDS <targets...>])
#   One GoogleTest binary for a module, each test registered with ctest.
function(pt_add_unit_tests module)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
    set(target ${module}_test)
    add_executable(${target} ${ARG_SOURCES})
    target_link_libraries(${target} PRIVATE pt_${module} ${ARG_DEPENDS} GTest::gmock GTest::gtest_main pt_warnings)
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/src/${module}" "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(${target} PRIVATE PT_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/tests/data")
    pt_use_precompiled(${target} tests)
    include(GoogleTest)
    gtest_discover_tests(${target} TEST_PREFIX "${module}." DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()
