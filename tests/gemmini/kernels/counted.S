# A kernel whose counts are plain to see: 7 instructions, 2 loads of 1 + 8 bytes from arguments, 1 load from elsewhere,
# 1 store of 4 bytes to an argument.
  .globl kernel
kernel:
  lb t0, 0(a0)
  ld t1, 8(a1)
  sw t0, 4(a2)
  la t2, elsewhere        # two instructions
  ld t2, 0(t2)
  ret
  .data
  .align 3
elsewhere:
  .dword 1
