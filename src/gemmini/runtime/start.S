# Calls kernel(a0, a1, ...) with the arguments that the simulator left in the registers, and waits for ever after.
  .section .text.start, "ax"
  .globl _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  li t0, 0x1e000            # mstatus.FS and XS: floating point and accelerator on
  csrs mstatus, t0
  la sp, stack_top
  call kernel
  wfi
1:
  j 1b
