# Start of a program that owns the whole machine: hart 0, machine mode, memory from 0x80000000 on.
  .section .text.start, "ax"
  .globl _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  li t0, 0x1e000            # mstatus.FS and XS: floating point and accelerator on
  csrs mstatus, t0
  la t0, trapped
  csrw mtvec, t0
  la sp, stack_top
  call main
  call finish               # with what main returns
  .balign 4
trapped:
  csrr a0, mcause
  csrr a1, mepc
  csrr a2, mtval
  la sp, stack_top
  call trap
