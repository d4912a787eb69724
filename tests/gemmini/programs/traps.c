/* With the start code of the examples, which handles traps. */
int main(void) {
  __asm__ volatile(".word 0");
  return 0;
}
