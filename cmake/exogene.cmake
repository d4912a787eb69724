# exogene_module(NAME SOURCES... DEPENDS...): one library a folder of src/.
function(exogene_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(exogene_${name} STATIC ${arg_SOURCES})
  target_include_directories(exogene_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(exogene_${name} PUBLIC ${arg_DEPENDS} PRIVATE exogene_warnings)
endfunction()

# exogene_test(NAME SOURCES... DEPENDS...): one doctest program, registered with ctest.
function(exogene_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(test_${name} ${arg_SOURCES} ${CMAKE_SOURCE_DIR}/tests/main.cpp)
  target_link_libraries(test_${name} PRIVATE ${arg_DEPENDS} doctest::doctest exogene_warnings)
  target_compile_definitions(test_${name} PRIVATE EXOGENE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND test_${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()
