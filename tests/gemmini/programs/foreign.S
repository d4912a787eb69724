# A start of another make than ours: registers cleared, traps handled, protection and counters opened, one stack a hart
# behind the program.
  .section .text.init, "ax"
  .globl _start
_start:
  li ra, 0
  li t0, 0x1e000
  csrs mstatus, t0
  csrr t1, misa
  bgez t1, unfit            # not 64 bits wide
  fscsr x0
  la t0, trapped
  csrw mtvec, t0
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, 7
  csrw mcounteren, t0
  la tp, _end + 63
  and tp, tp, -64
  csrr a0, mhartid
  add sp, a0, 1
  sll sp, sp, 17
  add sp, sp, tp
  call main
unfit:
  li a0, 99
  call leave
  .balign 4
trapped:
  csrr a0, mcause
  add a0, a0, 100
  call leave

  .section .tohost, "aw", @progbits
  .balign 64
  .globl tohost
tohost: .dword 0
  .balign 64
  .globl fromhost
fromhost: .dword 0
