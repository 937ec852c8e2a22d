;; The inner loops of the codec: float32 to grid values, grid values to symbols, symbols to code words, and back. kernel.ts lays
;; out the memory; addresses are bytes, shapes are counts. `npm run golden` translates this text to kernel-bytes.ts.
(module
  (memory (export "memory") 55)

  ;; Where kernel.ts puts what belongs to a code: the first code word, their number and the place of the first symbol for each
  ;; length of 0..32 bits; the length of the first code word for each prefix; symbols in canonical order; for each symbol its code
  ;; word << 8 + length. The look-up table is at 0, the 16 tables of the checksum are at 0x365000.
  (global $first i32 (i32.const 0x48000))
  (global $number i32 (i32.const 0x48100))
  (global $place i32 (i32.const 0x48200))
  (global $lengths i32 (i32.const 0x40000))
  (global $order i32 (i32.const 0x48400))
  (global $words i32 (i32.const 0x2e5000))

  (func $least (param $a i32) (param $b i32) (result i32)
    (select (local.get $a) (local.get $b) (i32.lt_u (local.get $a) (local.get $b))))

  ;; Float32 values in place to the nearest multiples of `step` (float64, halves away from 0), four at a time. What ends up farther
  ;; away than `bound` or is `limit` or more gets 0, and its index a place in `list`; returns the end of the list.
  (func (export "quantise") (param $from i32) (param $count i32) (param $step f64) (param $bound f64) (param $limit f64) (param $list i32) (result i32)
    (local $at i32)
    (local $end i32)
    (local $failed i32)
    (local $steps v128)
    (local $bounds v128)
    (local $limits v128)
    (local $x v128)
    (local $low v128)
    (local $high v128)
    (local $lowSteps v128)
    (local $highSteps v128)
    (local $sound v128)
    (local.set $at (local.get $from))
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $steps (f64x2.splat (local.get $step)))
    (local.set $bounds (f64x2.splat (local.get $bound)))
    (local.set $limits (f64x2.splat (local.get $limit)))
    (loop $again
      (local.set $x (v128.load (local.get $at)))
      (local.set $low (f32x4.abs (local.get $x)))
      (local.set $high (f64x2.promote_low_f32x4
        (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $low) (local.get $low))))
      (local.set $low (f64x2.promote_low_f32x4 (local.get $low)))
      (local.set $lowSteps (f64x2.floor (f64x2.add (f64x2.div (local.get $low) (local.get $steps)) (v128.const f64x2 0.5 0.5))))
      (local.set $highSteps (f64x2.floor (f64x2.add (f64x2.div (local.get $high) (local.get $steps)) (v128.const f64x2 0.5 0.5))))
      (local.set $sound (i8x16.shuffle 0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27
        (v128.and
          (f64x2.lt (local.get $lowSteps) (local.get $limits))
          (f64x2.le
            (f64x2.abs (f64x2.sub (local.get $low)
              (f64x2.promote_low_f32x4 (f32x4.demote_f64x2_zero (f64x2.mul (local.get $lowSteps) (local.get $steps))))))
            (local.get $bounds)))
        (v128.and
          (f64x2.lt (local.get $highSteps) (local.get $limits))
          (f64x2.le
            (f64x2.abs (f64x2.sub (local.get $high)
              (f64x2.promote_low_f32x4 (f32x4.demote_f64x2_zero (f64x2.mul (local.get $highSteps) (local.get $steps))))))
            (local.get $bounds)))))
      (local.set $low (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
        (i32x4.trunc_sat_f64x2_u_zero (local.get $lowSteps))
        (i32x4.trunc_sat_f64x2_u_zero (local.get $highSteps))))
      (local.set $x (i32x4.shr_s (local.get $x) (i32.const 31)))
      (v128.store (local.get $at) (v128.and (local.get $sound)
        (i32x4.sub (v128.xor (local.get $low) (local.get $x)) (local.get $x))))
      (local.set $failed (i32.xor (i32x4.bitmask (local.get $sound)) (i32.const 15)))
      (loop $each
        (if (local.get $failed) (then
          (i32.store (local.get $list) (i32.add
            (i32.shr_u (i32.sub (local.get $at) (local.get $from)) (i32.const 2))
            (i32.ctz (local.get $failed))))
          (local.set $list (i32.add (local.get $list) (i32.const 4)))
          (local.set $failed (i32.and (local.get $failed) (i32.sub (local.get $failed) (i32.const 1))))
          (br $each))))
      (br_if $again (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
    (local.get $list))

  ;; Subtracts `count` values at `from` from those at `to`.
  (func (export "subtract") (param $from i32) (param $to i32) (param $count i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 2))))
    (loop $again
      (if (i32.le_u (i32.add (local.get $to) (i32.const 16)) (local.get $end)) (then
        (v128.store (local.get $to) (i32x4.sub (v128.load (local.get $to)) (v128.load (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (local.set $to (i32.add (local.get $to) (i32.const 16)))
        (br $again))))
    (loop $again
      (if (i32.lt_u (local.get $to) (local.get $end)) (then
        (i32.store (local.get $to) (i32.sub (i32.load (local.get $to)) (i32.load (local.get $from))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $to (i32.add (local.get $to) (i32.const 4)))
        (br $again)))))

  ;; Symbols of `rows` rows of grid values: differences along the row, inside chunks, of what differs from the row above (for the
  ;; first, `above`). `along` 0 takes the values as they are. Values whose symbol is not in 1 .. bins - 1 get 0, and their address a
  ;; place in `list`; returns its end. Vectors may reach past the end of a row: what follows is written later.
  (func (export "predict") (param $grid i32) (param $rows i32) (param $columns i32) (param $chunk i32) (param $above i32)
    (param $along i32) (param $to i32) (param $bins i32) (param $list i32) (result i32)
    (local $half i32) ;; the symbol of the grid value at address a is at half + a / 2
    (local $up i32) ;; the value above it at up + a
    (local $end i32)
    (local $stop i32)
    (local $failed i32)
    (local $middles v128)
    (local $most v128)
    (local $mask v128)
    (local $before v128)
    (local $values v128)
    (local $found v128)
    (local $sound v128)
    (local.set $middles (i32x4.splat (i32.shr_u (local.get $bins) (i32.const 1))))
    (local.set $most (i32x4.splat (i32.sub (local.get $bins) (i32.const 1))))
    (local.set $mask (i32x4.splat (local.get $along)))
    (local.set $chunk (i32.shl (local.get $chunk) (i32.const 2)))
    (local.set $columns (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $half (i32.sub (local.get $to) (i32.shr_u (local.get $grid) (i32.const 1))))
    (local.set $up (i32.sub (local.get $above) (local.get $grid)))
    (loop $eachRow
      (local.set $end (i32.add (local.get $grid) (local.get $columns)))
      (loop $eachChunk
        (local.set $stop (i32.add (local.get $grid) (local.get $chunk)))
        (local.set $stop (select (local.get $stop) (local.get $end) (i32.lt_u (local.get $stop) (local.get $end))))
        (local.set $before (v128.const i32x4 0 0 0 0))
        (loop $eachVector
          (local.set $values (i32x4.sub
            (v128.load (local.get $grid))
            (v128.load (i32.add (local.get $up) (local.get $grid)))))
          (local.set $found (i32x4.add (local.get $middles) (i32x4.sub (local.get $values) (v128.and (local.get $mask)
            (i8x16.shuffle 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 (local.get $before) (local.get $values))))))
          (local.set $before (local.get $values))
          (local.set $sound (i32x4.lt_u (i32x4.sub (local.get $found) (v128.const i32x4 1 1 1 1)) (local.get $most)))
          (v128.store64_lane 0
            (i32.add (local.get $half) (i32.shr_u (local.get $grid) (i32.const 1)))
            (i16x8.narrow_i32x4_u (v128.and (local.get $found) (local.get $sound)) (local.get $found)))
          (local.set $failed (i32.xor (i32x4.bitmask (local.get $sound)) (i32.const 15)))
          (if (local.get $failed) (then
            (if (i32.gt_u (i32.add (local.get $grid) (i32.const 16)) (local.get $stop)) (then
              (local.set $failed (i32.and (local.get $failed) (i32.sub
                (i32.shl (i32.const 1) (i32.shr_u (i32.sub (local.get $stop) (local.get $grid)) (i32.const 2)))
                (i32.const 1))))))
            (loop $each
              (if (local.get $failed) (then
                (i32.store (local.get $list) (i32.add (local.get $grid) (i32.shl (i32.ctz (local.get $failed)) (i32.const 2))))
                (local.set $list (i32.add (local.get $list) (i32.const 4)))
                (local.set $failed (i32.and (local.get $failed) (i32.sub (local.get $failed) (i32.const 1))))
                (br $each))))))
          (br_if $eachVector
            (i32.lt_u (local.tee $grid (i32.add (local.get $grid) (i32.const 16))) (local.get $stop))))
        (local.set $grid (local.get $stop))
        (br_if $eachChunk (i32.lt_u (local.get $grid) (local.get $end))))
      (local.set $up (i32.sub (i32.const 0) (local.get $columns)))
      (br_if $eachRow (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (local.get $list))

  ;; Counts `count` symbols at `from` in four tables, `apart` bytes from each other, so that equal neighbours do not wait for each
  ;; other. One table when `apart` is 0.
  (func (export "count") (param $from i32) (param $count i32) (param $tables i32) (param $apart i32)
    (local $end i32)
    (local $four i64)
    (local $second i32)
    (local $third i32)
    (local $fourth i32)
    (local $at i32)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    (local.set $second (i32.add (local.get $tables) (local.get $apart)))
    (local.set $third (i32.add (local.get $second) (local.get $apart)))
    (local.set $fourth (i32.add (local.get $third) (local.get $apart)))
    (loop $again
      (if (i32.le_u (i32.add (local.get $from) (i32.const 8)) (local.get $end)) (then
        (local.set $four (i64.load (local.get $from)))
        (local.set $at (i32.add (local.get $tables) (i32.wrap_i64
          (i64.and (i64.shl (local.get $four) (i64.const 2)) (i64.const 0x3fffc)))))
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $at (i32.add (local.get $second) (i32.wrap_i64
          (i64.and (i64.shr_u (local.get $four) (i64.const 14)) (i64.const 0x3fffc)))))
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $at (i32.add (local.get $third) (i32.wrap_i64
          (i64.and (i64.shr_u (local.get $four) (i64.const 30)) (i64.const 0x3fffc)))))
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $at (i32.add (local.get $fourth) (i32.wrap_i64
          (i64.and (i64.shr_u (local.get $four) (i64.const 46)) (i64.const 0x3fffc)))))
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 8)))
        (br $again))))
    (loop $again
      (if (i32.lt_u (local.get $from) (local.get $end)) (then
        (local.set $at (i32.add (local.get $tables) (i32.shl (i32.load16_u (local.get $from)) (i32.const 2))))
        (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
        (local.set $from (i32.add (local.get $from) (i32.const 2)))
        (br $again)))))

  ;; Writes the code words of `count` symbols at bit `p` of a payload in reverse: bit 0 is the highest of the byte below `top`. The
  ;; bits of the first byte before `p` are kept. Returns the bit after the last.
  (func (export "write") (param $from i32) (param $count i32) (param $top i32) (param $p i64) (result i64)
    (local $end i32)
    (local $at i32)
    (local $held i64) ;; bits not yet in whole bytes, lowest last; `n` of them
    (local $n i64)
    (local $e i64)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    ;; The word whose highest byte is that of bit p.
    (local.set $at (i32.sub (i32.sub (local.get $top) (i32.const 8)) (i32.wrap_i64 (i64.shr_u (local.get $p) (i64.const 3)))))
    (local.set $n (i64.and (local.get $p) (i64.const 7)))
    (local.set $held (i64.shr_u (i64.load8_u offset=7 (local.get $at)) (i64.sub (i64.const 8) (local.get $n))))
    (loop $again
      (if (i32.lt_u (local.get $from) (local.get $end)) (then
        (local.set $e (i64.load (i32.add (global.get $words) (i32.shl (i32.load16_u (local.get $from)) (i32.const 3)))))
        (local.set $from (i32.add (local.get $from) (i32.const 2)))
        (local.set $n (i64.add (local.get $n) (i64.and (local.get $e) (i64.const 255))))
        (local.set $held (i64.or (i64.shl (local.get $held) (local.get $e)) (i64.shr_u (local.get $e) (i64.const 8))))
        (i64.store (local.get $at) (i64.shl (local.get $held) (i64.sub (i64.const 64) (local.get $n))))
        (local.set $at (i32.sub (local.get $at) (i32.wrap_i64 (i64.shr_u (local.get $n) (i64.const 3)))))
        (local.set $n (i64.and (local.get $n) (i64.const 7)))
        (br $again))))
    (i64.or
      (i64.shl (i64.extend_i32_u (i32.sub (i32.sub (local.get $top) (i32.const 8)) (local.get $at))) (i64.const 3))
      (local.get $n)))

  ;; Turns `length` bytes (a multiple of 32) at `from` round: eight bytes of the stream then load as one big-endian number.
  (func (export "reverse") (param $from i32) (param $length i32)
    (local $to i32)
    (local $held v128)
    (local.set $to (i32.add (local.get $from) (local.get $length)))
    (loop $again
      (if (i32.lt_u (local.get $from) (local.get $to)) (then
        (local.set $to (i32.sub (local.get $to) (i32.const 16)))
        (local.set $held (v128.load (local.get $from)))
        (v128.store (local.get $from)
          (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 (v128.load (local.get $to)) (local.get $held)))
        (v128.store (local.get $to)
          (i8x16.shuffle 15 14 13 12 11 10 9 8 7 6 5 4 3 2 1 0 (local.get $held) (local.get $held)))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br $again)))))

  ;; The code word at bit `p` when it is longer than a prefix: symbol + length << 16, or 0 when there is none.
  (func $long (param $p i64) (param $top i32) (param $shift i64) (result i64)
    (local $window i32)
    (local $length i32)
    (local $rank i32)
    (local $at i32)
    (local.set $window (i32.wrap_i64 (i64.shr_u
      (i64.shl
        (i64.load (i32.sub (local.get $top) (i32.wrap_i64 (i64.shr_u (local.get $p) (i64.const 3)))))
        (i64.and (local.get $p) (i64.const 7)))
      (i64.const 32))))
    ;; Prefixes have 61 - shift bits.
    (local.set $length (i32.sub (i32.const 62) (i32.wrap_i64 (local.get $shift))))
    (loop $longer
      (local.set $at (i32.shl (local.get $length) (i32.const 2)))
      (local.set $rank (i32.sub
        (i32.shr_u (local.get $window) (i32.sub (i32.const 32) (local.get $length)))
        (i32.load (i32.add (global.get $first) (local.get $at)))))
      (if (i32.lt_u (local.get $rank) (i32.load (i32.add (global.get $number) (local.get $at)))) (then
        (return (i64.or
          (i64.load16_u (i32.add (global.get $order) (i32.shl
            (i32.add (local.get $rank) (i32.load (i32.add (global.get $place) (local.get $at))))
            (i32.const 1))))
          (i64.shl (i64.extend_i32_u (local.get $length)) (i64.const 16))))))
      (br_if $longer (i32.le_u (local.tee $length (i32.add (local.get $length) (i32.const 1))) (i32.const 32))))
    (i64.const 0))

  ;; Reads symbols from bit `p` into [o, end); the bit after them, or -1. Entries of the table hold up to three symbols, twice
  ;; their number in byte 6 and their bits in byte 7, so that one store writes them; what it writes beyond is written again. Where the
  ;; first code word is longer, byte 7 is 0, bytes 0 to 3 are the address of a table of the next bits (u32 entries: symbol + length
  ;; << 16, 0 where it is longer still), byte 4 is 64 less their number.
  (func $single (param $p i64) (param $o i32) (param $end i32) (param $top i32) (param $shift i64) (result i64)
    (local $x i64)
    (local $e i64)
    (local $n i64)
    (local $at i32)
    (block $fail
      (loop $again
        (if (i32.lt_u (local.get $o) (local.get $end)) (then
          (local.set $x (i64.shl
            (i64.load (i32.sub (local.get $top) (i32.wrap_i64 (i64.shr_u (local.get $p) (i64.const 3)))))
            (i64.and (local.get $p) (i64.const 7))))
          (local.set $e (i64.load (local.tee $at
            (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
          (local.set $n (i64.shr_u (local.get $e) (i64.const 56)))
          (if (i64.eqz (local.get $n))
            (then
              (local.set $n (i64.load32_u (i32.wrap_i64 (i64.add (local.get $e) (i64.shl
                (i64.shr_u (i64.shl (local.get $x) (i64.sub (i64.const 61) (local.get $shift))) (i64.shr_u (local.get $e) (i64.const 32)))
                (i64.const 2))))))
              (if (i64.eqz (local.get $n)) (then
                (local.set $n (call $long (local.get $p) (local.get $top) (local.get $shift)))
                (br_if $fail (i64.eqz (local.get $n)))))
              (i64.store16 (local.get $o) (local.get $n))
              (local.set $o (i32.add (local.get $o) (i32.const 2)))
              (local.set $n (i64.shr_u (local.get $n) (i64.const 16))))
            (else
              (if (i32.le_u (local.get $o) (i32.sub (local.get $end) (i32.const 8)))
                (then
                  (i64.store (local.get $o) (local.get $e))
                  (local.set $o (i32.add (local.get $o) (i32.wrap_i64
                    (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255))))))
                (else
                  (i64.store16 (local.get $o) (local.get $e))
                  (local.set $o (i32.add (local.get $o) (i32.const 2)))
                  (local.set $n (i64.load8_u (i32.add (global.get $lengths) (i32.shr_u (local.get $at) (i32.const 3)))))))))
          (local.set $p (i64.add (local.get $p) (local.get $n)))
          (br $again))))
      (return (local.get $p)))
    (i64.const -1))

  ;; Reads blocks of 4096 symbols into [out, end). `next` is the list of the bits (u32) at which they begin and the last ends, `top`
  ;; the address of byte 0 of the reversed payload less 7. Whether every block ends where the next begins. Four blocks at a time:
  ;; each hides the latency of the others.
  (func (export "decode") (param $next i32) (param $out i32) (param $end i32) (param $top i32) (param $shift i64) (result i32)
    (local $stop i32)
    (local $bits i64)
    (local $x i64)
    (local $e i64)
    (local $n i64)
    (local $p0 i64)
    (local $o0 i32)
    (local $l0 i32)
    (local $b0 i32)
    (local $p1 i64)
    (local $o1 i32)
    (local $l1 i32)
    (local $b1 i32)
    (local $p2 i64)
    (local $o2 i32)
    (local $l2 i32)
    (local $b2 i32)
    (local $p3 i64)
    (local $o3 i32)
    (local $l3 i32)
    (local $b3 i32)
    (local.set $bits (i64.sub (i64.const 61) (local.get $shift)))
    (local.set $stop (i32.add (local.get $next) (i32.shl
      (i32.shr_u (i32.add (i32.sub (local.get $end) (local.get $out)) (i32.const 8191)) (i32.const 13))
      (i32.const 2))))
    (block $fail
      (if (i32.ge_u (i32.sub (local.get $stop) (local.get $next)) (i32.const 16)) (then
        (local.set $p0 (i64.load32_u (local.get $next)))
        (local.set $b0 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
        (local.set $o0 (local.get $out))
        (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
        (local.set $l0 (i32.sub (local.get $out) (i32.const 14)))
        (local.set $p1 (i64.load32_u (local.get $next)))
        (local.set $b1 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
        (local.set $o1 (local.get $out))
        (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
        (local.set $l1 (i32.sub (local.get $out) (i32.const 14)))
        (local.set $p2 (i64.load32_u (local.get $next)))
        (local.set $b2 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
        (local.set $o2 (local.get $out))
        (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
        (local.set $l2 (i32.sub (local.get $out) (i32.const 14)))
        (local.set $p3 (i64.load32_u (local.get $next)))
        (local.set $b3 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
        (local.set $o3 (local.get $out))
        (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
        (local.set $l3 (i32.sub (local.get $out) (i32.const 14)))
        (loop $blocks
          (block $near
            (loop $again
              (br_if $near (i32.gt_u (local.get $o0) (local.get $l0)))
              (br_if $near (i32.gt_u (local.get $o1) (local.get $l1)))
              (br_if $near (i32.gt_u (local.get $o2) (local.get $l2)))
              (br_if $near (i32.gt_u (local.get $o3) (local.get $l3)))
              ;; stream 0
              (local.set $x (i64.shl
                (i64.load (i32.sub (local.get $top) (i32.wrap_i64 (i64.shr_u (local.get $p0) (i64.const 3)))))
                (i64.and (local.get $p0) (i64.const 7))))
              (i64.store (local.get $o0) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o0 (i32.add (local.get $o0) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p0 (i64.add (local.get $p0) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (local.set $x (i64.shl (local.get $x) (local.get $n)))
              (i64.store (local.get $o0) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o0 (i32.add (local.get $o0) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p0 (i64.add (local.get $p0) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (if (i64.eqz (local.get $n)) (then
                (local.set $n (i64.load32_u (i32.wrap_i64 (i64.add (local.get $e) (i64.shl
                  (i64.shr_u (i64.shl (local.get $x) (local.get $bits)) (i64.shr_u (local.get $e) (i64.const 32)))
                  (i64.const 2))))))
                (if (i64.eqz (local.get $n)) (then
                  (local.set $n (call $long (local.get $p0) (local.get $top) (local.get $shift)))
                  (br_if $fail (i64.eqz (local.get $n)))))
                (i64.store16 (local.get $o0) (local.get $n))
                (local.set $o0 (i32.add (local.get $o0) (i32.const 2)))
                (local.set $p0 (i64.add (local.get $p0) (i64.shr_u (local.get $n) (i64.const 16))))))
              ;; stream 1
              (local.set $x (i64.shl
                (i64.load (i32.sub (local.get $top) (i32.wrap_i64 (i64.shr_u (local.get $p1) (i64.const 3)))))
                (i64.and (local.get $p1) (i64.const 7))))
              (i64.store (local.get $o1) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o1 (i32.add (local.get $o1) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p1 (i64.add (local.get $p1) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (local.set $x (i64.shl (local.get $x) (local.get $n)))
              (i64.store (local.get $o1) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o1 (i32.add (local.get $o1) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p1 (i64.add (local.get $p1) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (if (i64.eqz (local.get $n)) (then
                (local.set $n (i64.load32_u (i32.wrap_i64 (i64.add (local.get $e) (i64.shl
                  (i64.shr_u (i64.shl (local.get $x) (local.get $bits)) (i64.shr_u (local.get $e) (i64.const 32)))
                  (i64.const 2))))))
                (if (i64.eqz (local.get $n)) (then
                  (local.set $n (call $long (local.get $p1) (local.get $top) (local.get $shift)))
                  (br_if $fail (i64.eqz (local.get $n)))))
                (i64.store16 (local.get $o1) (local.get $n))
                (local.set $o1 (i32.add (local.get $o1) (i32.const 2)))
                (local.set $p1 (i64.add (local.get $p1) (i64.shr_u (local.get $n) (i64.const 16))))))
              ;; stream 2
              (local.set $x (i64.shl
                (i64.load (i32.sub (local.get $top) (i32.wrap_i64 (i64.shr_u (local.get $p2) (i64.const 3)))))
                (i64.and (local.get $p2) (i64.const 7))))
              (i64.store (local.get $o2) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o2 (i32.add (local.get $o2) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p2 (i64.add (local.get $p2) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (local.set $x (i64.shl (local.get $x) (local.get $n)))
              (i64.store (local.get $o2) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o2 (i32.add (local.get $o2) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p2 (i64.add (local.get $p2) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (if (i64.eqz (local.get $n)) (then
                (local.set $n (i64.load32_u (i32.wrap_i64 (i64.add (local.get $e) (i64.shl
                  (i64.shr_u (i64.shl (local.get $x) (local.get $bits)) (i64.shr_u (local.get $e) (i64.const 32)))
                  (i64.const 2))))))
                (if (i64.eqz (local.get $n)) (then
                  (local.set $n (call $long (local.get $p2) (local.get $top) (local.get $shift)))
                  (br_if $fail (i64.eqz (local.get $n)))))
                (i64.store16 (local.get $o2) (local.get $n))
                (local.set $o2 (i32.add (local.get $o2) (i32.const 2)))
                (local.set $p2 (i64.add (local.get $p2) (i64.shr_u (local.get $n) (i64.const 16))))))
              ;; stream 3
              (local.set $x (i64.shl
                (i64.load (i32.sub (local.get $top) (i32.wrap_i64 (i64.shr_u (local.get $p3) (i64.const 3)))))
                (i64.and (local.get $p3) (i64.const 7))))
              (i64.store (local.get $o3) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o3 (i32.add (local.get $o3) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p3 (i64.add (local.get $p3) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (local.set $x (i64.shl (local.get $x) (local.get $n)))
              (i64.store (local.get $o3) (local.tee $e
                (i64.load (i32.wrap_i64 (i64.and (i64.shr_u (local.get $x) (local.get $shift)) (i64.const -8))))))
              (local.set $o3 (i32.add (local.get $o3) (i32.wrap_i64 (i64.and (i64.shr_u (local.get $e) (i64.const 48)) (i64.const 255)))))
              (local.set $p3 (i64.add (local.get $p3) (local.tee $n (i64.shr_u (local.get $e) (i64.const 56)))))
              (if (i64.eqz (local.get $n)) (then
                (local.set $n (i64.load32_u (i32.wrap_i64 (i64.add (local.get $e) (i64.shl
                  (i64.shr_u (i64.shl (local.get $x) (local.get $bits)) (i64.shr_u (local.get $e) (i64.const 32)))
                  (i64.const 2))))))
                (if (i64.eqz (local.get $n)) (then
                  (local.set $n (call $long (local.get $p3) (local.get $top) (local.get $shift)))
                  (br_if $fail (i64.eqz (local.get $n)))))
                (i64.store16 (local.get $o3) (local.get $n))
                (local.set $o3 (i32.add (local.get $o3) (i32.const 2)))
                (local.set $p3 (i64.add (local.get $p3) (i64.shr_u (local.get $n) (i64.const 16))))))
              (br $again)))
          ;; stream 0: the rest of a block that is nearly read, its last bit, and the next block
          (if (i32.gt_u (local.get $o0) (local.get $l0)) (then
            (local.set $p0 (call $single (local.get $p0) (local.get $o0) (i32.add (local.get $l0) (i32.const 14)) (local.get $top) (local.get $shift)))
            (br_if $fail (i64.ne (local.get $p0) (i64.load32_u (local.get $b0))))
            (local.set $b0 (i32.const 0))
            (if (i32.lt_u (local.get $next) (local.get $stop)) (then
              (local.set $p0 (i64.load32_u (local.get $next)))
              (local.set $b0 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
              (local.set $o0 (local.get $out))
              (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
              (local.set $l0 (i32.sub (local.get $out) (i32.const 14)))))))
          ;; stream 1: the rest of a block that is nearly read, its last bit, and the next block
          (if (i32.gt_u (local.get $o1) (local.get $l1)) (then
            (local.set $p1 (call $single (local.get $p1) (local.get $o1) (i32.add (local.get $l1) (i32.const 14)) (local.get $top) (local.get $shift)))
            (br_if $fail (i64.ne (local.get $p1) (i64.load32_u (local.get $b1))))
            (local.set $b1 (i32.const 0))
            (if (i32.lt_u (local.get $next) (local.get $stop)) (then
              (local.set $p1 (i64.load32_u (local.get $next)))
              (local.set $b1 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
              (local.set $o1 (local.get $out))
              (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
              (local.set $l1 (i32.sub (local.get $out) (i32.const 14)))))))
          ;; stream 2: the rest of a block that is nearly read, its last bit, and the next block
          (if (i32.gt_u (local.get $o2) (local.get $l2)) (then
            (local.set $p2 (call $single (local.get $p2) (local.get $o2) (i32.add (local.get $l2) (i32.const 14)) (local.get $top) (local.get $shift)))
            (br_if $fail (i64.ne (local.get $p2) (i64.load32_u (local.get $b2))))
            (local.set $b2 (i32.const 0))
            (if (i32.lt_u (local.get $next) (local.get $stop)) (then
              (local.set $p2 (i64.load32_u (local.get $next)))
              (local.set $b2 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
              (local.set $o2 (local.get $out))
              (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
              (local.set $l2 (i32.sub (local.get $out) (i32.const 14)))))))
          ;; stream 3: the rest of a block that is nearly read, its last bit, and the next block
          (if (i32.gt_u (local.get $o3) (local.get $l3)) (then
            (local.set $p3 (call $single (local.get $p3) (local.get $o3) (i32.add (local.get $l3) (i32.const 14)) (local.get $top) (local.get $shift)))
            (br_if $fail (i64.ne (local.get $p3) (i64.load32_u (local.get $b3))))
            (local.set $b3 (i32.const 0))
            (if (i32.lt_u (local.get $next) (local.get $stop)) (then
              (local.set $p3 (i64.load32_u (local.get $next)))
              (local.set $b3 (local.tee $next (i32.add (local.get $next) (i32.const 4))))
              (local.set $o3 (local.get $out))
              (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
              (local.set $l3 (i32.sub (local.get $out) (i32.const 14)))))))
          (br_if $blocks (i32.and
            (i32.and (i32.ne (local.get $b0) (i32.const 0)) (i32.ne (local.get $b1) (i32.const 0)))
            (i32.and (i32.ne (local.get $b2) (i32.const 0)) (i32.ne (local.get $b3) (i32.const 0))))))
        (if (local.get $b0) (then
          (local.set $p0 (call $single (local.get $p0) (local.get $o0) (i32.add (local.get $l0) (i32.const 14)) (local.get $top) (local.get $shift)))
          (br_if $fail (i64.ne (local.get $p0) (i64.load32_u (local.get $b0))))))
        (if (local.get $b1) (then
          (local.set $p1 (call $single (local.get $p1) (local.get $o1) (i32.add (local.get $l1) (i32.const 14)) (local.get $top) (local.get $shift)))
          (br_if $fail (i64.ne (local.get $p1) (i64.load32_u (local.get $b1))))))
        (if (local.get $b2) (then
          (local.set $p2 (call $single (local.get $p2) (local.get $o2) (i32.add (local.get $l2) (i32.const 14)) (local.get $top) (local.get $shift)))
          (br_if $fail (i64.ne (local.get $p2) (i64.load32_u (local.get $b2))))))
        (if (local.get $b3) (then
          (local.set $p3 (call $single (local.get $p3) (local.get $o3) (i32.add (local.get $l3) (i32.const 14)) (local.get $top) (local.get $shift)))
          (br_if $fail (i64.ne (local.get $p3) (i64.load32_u (local.get $b3))))))
        ))
      (loop $rest
        (if (i32.lt_u (local.get $next) (local.get $stop)) (then
          (local.set $o0 (local.get $out))
          (local.set $out (call $least (i32.add (local.get $out) (i32.const 8192)) (local.get $end)))
          (local.set $p0 (call $single (i64.load32_u (local.get $next)) (local.get $o0) (local.get $out) (local.get $top) (local.get $shift)))
          (local.set $next (i32.add (local.get $next) (i32.const 4)))
          (br_if $fail (i64.ne (local.get $p0) (i64.load32_u (local.get $next))))
          (br $rest))))
      (return (i32.const 1)))
    (i32.const 0))

  ;; Continues a CRC-32 (inverted, as it is while it runs) over `count` bytes: 16 at a time, by a table for each of their places.
  (func (export "checksum") (param $from i32) (param $count i32) (param $crc i32) (result i32)
    (local $end i32)
    (local $low i64)
    (local $high i64)
    (local.set $end (i32.add (local.get $from) (local.get $count)))
    (loop $again
      (if (i32.le_u (i32.add (local.get $from) (i32.const 16)) (local.get $end)) (then
        (local.set $low (i64.xor (i64.load (local.get $from)) (i64.extend_i32_u (local.get $crc))))
        (local.set $high (i64.load offset=8 (local.get $from)))
        (local.set $crc
          (i32.xor
            (i32.xor
              (i32.xor
                (i32.xor
                  (i32.load offset=3574784 (i32.wrap_i64 (i64.and (i64.shl (local.get $low) (i64.const 2)) (i64.const 0x3fc))))
                  (i32.load offset=3573760 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 6)) (i64.const 0x3fc)))))
                (i32.xor
                  (i32.load offset=3572736 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 14)) (i64.const 0x3fc))))
                  (i32.load offset=3571712 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 22)) (i64.const 0x3fc))))))
              (i32.xor
                (i32.xor
                  (i32.load offset=3570688 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 30)) (i64.const 0x3fc))))
                  (i32.load offset=3569664 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 38)) (i64.const 0x3fc)))))
                (i32.xor
                  (i32.load offset=3568640 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 46)) (i64.const 0x3fc))))
                  (i32.load offset=3567616 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $low) (i64.const 54)) (i64.const 0x3fc)))))))
            (i32.xor
              (i32.xor
                (i32.xor
                  (i32.load offset=3566592 (i32.wrap_i64 (i64.and (i64.shl (local.get $high) (i64.const 2)) (i64.const 0x3fc))))
                  (i32.load offset=3565568 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 6)) (i64.const 0x3fc)))))
                (i32.xor
                  (i32.load offset=3564544 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 14)) (i64.const 0x3fc))))
                  (i32.load offset=3563520 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 22)) (i64.const 0x3fc))))))
              (i32.xor
                (i32.xor
                  (i32.load offset=3562496 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 30)) (i64.const 0x3fc))))
                  (i32.load offset=3561472 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 38)) (i64.const 0x3fc)))))
                (i32.xor
                  (i32.load offset=3560448 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 46)) (i64.const 0x3fc))))
                  (i32.load offset=3559424 (i32.wrap_i64 (i64.and (i64.shr_u (local.get $high) (i64.const 54)) (i64.const 0x3fc)))))))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br $again))))
    (loop $again
      (if (i32.lt_u (local.get $from) (local.get $end)) (then
        (local.set $crc (i32.xor
          (i32.shr_u (local.get $crc) (i32.const 8))
          (i32.load offset=3559424 (i32.shl
            (i32.and (i32.xor (local.get $crc) (i32.load8_u (local.get $from))) (i32.const 255))
            (i32.const 2)))))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $again))))
    (local.get $crc))

  ;; How many of `count` symbols at `from` are escapes (0). Eight at a time; what follows the last must not be 0.
  (func (export "escapes") (param $from i32) (param $count i32) (result i32)
    (local $sum v128)
    (local $end i32)
    (local.set $end (i32.add (local.get $from) (i32.shl (local.get $count) (i32.const 1))))
    (loop $again
      (if (i32.lt_u (local.get $from) (local.get $end)) (then
        (local.set $sum (i32x4.sub (local.get $sum) (i32x4.extadd_pairwise_i16x8_s
          (i16x8.eq (v128.load (local.get $from)) (v128.const i32x4 0 0 0 0)))))
        (local.set $from (i32.add (local.get $from) (i32.const 16)))
        (br $again))))
    (i32.add
      (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
      (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))

  ;; Puts escapes in their places. A list of escapes holds pairs of u32 address and i32 grid value, and ends with address -1.
  (func $place_escapes (param $escape i32)
    (loop $again
      (if (i32.ne (i32.load (local.get $escape)) (i32.const -1)) (then
        (i32.store (i32.load (local.get $escape)) (i32.load offset=4 (local.get $escape)))
        (local.set $escape (i32.add (local.get $escape) (i32.const 8)))
        (br $again)))))

  ;; Grid values of `count` symbols that were not predicted.
  (func (export "unpredicted") (param $from i32) (param $count i32) (param $grid i32) (param $middle i32) (param $escape i32)
    (local $end i32)
    (local $middles v128)
    (local.set $end (i32.add (local.get $grid) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $middles (i32x4.splat (local.get $middle)))
    (loop $again
      (v128.store (local.get $grid) (i32x4.sub (v128.load16x4_u (local.get $from)) (local.get $middles)))
      (local.set $from (i32.add (local.get $from) (i32.const 8)))
      (br_if $again (i32.lt_u (local.tee $grid (i32.add (local.get $grid) (i32.const 16))) (local.get $end))))
    (call $place_escapes (local.get $escape)))

  ;; Grid values of `rows` rows of symbols: in each chunk the running sum of its row, plus the row above (for the first, `above`).
  ;; Returns the address of the first escape that was not used. Vectors may reach past the end of a row: what follows is written
  ;; later.
  (func (export "predicted") (param $from i32) (param $rows i32) (param $columns i32) (param $chunk i32)
    (param $grid i32) (param $above i32) (param $middle i32) (param $escape i32) (result i32)
    (local $half i32) ;; symbols take half the bytes of grid values: those of address a are at half + a / 2
    (local $up i32) ;; the value above that of address a is at up + a
    (local $end i32)
    (local $stop i32)
    (local $due i32)
    (local $sum i32)
    (local $q i32)
    (local $middles v128)
    (local $sums v128)
    (local $carry v128)
    (local.set $middles (i32x4.splat (local.get $middle)))
    (local.set $chunk (i32.shl (local.get $chunk) (i32.const 2)))
    (local.set $columns (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $half (i32.sub (local.get $from) (i32.shr_u (local.get $grid) (i32.const 1))))
    (local.set $up (i32.sub (local.get $above) (local.get $grid)))
    (local.set $due (i32.load (local.get $escape)))
    (loop $eachRow
      (local.set $end (i32.add (local.get $grid) (local.get $columns)))
      (loop $eachChunk
        (local.set $stop (i32.add (local.get $grid) (local.get $chunk)))
        (local.set $stop (select (local.get $stop) (local.get $end) (i32.lt_u (local.get $stop) (local.get $end))))
        (if (i32.ge_u (local.get $due) (local.get $stop))
          (then
            (local.set $carry (v128.const i32x4 0 0 0 0))
            (loop $eachVector
              (local.set $sums (i32x4.sub
                (v128.load16x4_u (i32.add (local.get $half) (i32.shr_u (local.get $grid) (i32.const 1))))
                (local.get $middles)))
              (local.set $sums (i32x4.add (local.get $sums)
                (i8x16.shuffle 16 16 16 16 0 1 2 3 4 5 6 7 8 9 10 11 (local.get $sums) (v128.const i32x4 0 0 0 0))))
              (local.set $sums (i32x4.add (local.get $sums)
                (i8x16.shuffle 16 16 16 16 16 16 16 16 0 1 2 3 4 5 6 7 (local.get $sums) (v128.const i32x4 0 0 0 0))))
              (local.set $sums (i32x4.add (local.get $sums) (local.get $carry)))
              (local.set $carry
                (i8x16.shuffle 12 13 14 15 12 13 14 15 12 13 14 15 12 13 14 15 (local.get $sums) (local.get $sums)))
              (v128.store (local.get $grid)
                (i32x4.add (local.get $sums) (v128.load (i32.add (local.get $up) (local.get $grid)))))
              (br_if $eachVector
                (i32.lt_u (local.tee $grid (i32.add (local.get $grid) (i32.const 16))) (local.get $stop)))))
          (else
            (local.set $sum (i32.const 0))
            (loop $eachValue
              (local.set $q (i32.load (i32.add (local.get $up) (local.get $grid))))
              (if (i32.eq (local.get $grid) (local.get $due))
                (then
                  (local.set $sum (i32.sub (i32.load offset=4 (local.get $escape)) (local.get $q)))
                  (local.set $escape (i32.add (local.get $escape) (i32.const 8)))
                  (local.set $due (i32.load (local.get $escape))))
                (else
                  (local.set $sum (i32.add (local.get $sum) (i32.sub
                    (i32.load16_u (i32.add (local.get $half) (i32.shr_u (local.get $grid) (i32.const 1))))
                    (local.get $middle))))))
              (i32.store (local.get $grid) (i32.add (local.get $sum) (local.get $q)))
              (br_if $eachValue
                (i32.lt_u (local.tee $grid (i32.add (local.get $grid) (i32.const 4))) (local.get $stop))))))
        (local.set $grid (local.get $stop))
        (br_if $eachChunk (i32.lt_u (local.get $grid) (local.get $end))))
      (local.set $up (i32.sub (i32.const 0) (local.get $columns)))
      (br_if $eachRow (local.tee $rows (i32.sub (local.get $rows) (i32.const 1)))))
    (local.get $escape))

  ;; Adds `count` values at `from` to those at `to`, rounded up to four.
  (func (export "add") (param $from i32) (param $to i32) (param $count i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $to) (i32.shl (local.get $count) (i32.const 2))))
    (loop $again
      (v128.store (local.get $to) (i32x4.add (v128.load (local.get $to)) (v128.load (local.get $from))))
      (local.set $from (i32.add (local.get $from) (i32.const 16)))
      (br_if $again (i32.lt_u (local.tee $to (i32.add (local.get $to) (i32.const 16))) (local.get $end)))))

  ;; Grid values to float32 in place, four at a time (what follows the last must be 0); whether all lie within `limit`.
  (func (export "scale") (param $grid i32) (param $count i32) (param $step f64) (param $limit i32) (result i32)
    (local $end i32)
    (local $q v128)
    (local $beyond v128)
    (local $steps v128)
    (local $limits v128)
    (local.set $end (i32.add (local.get $grid) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $steps (f64x2.splat (local.get $step)))
    (local.set $limits (i32x4.splat (local.get $limit)))
    (loop $again
      (if (i32.lt_u (local.get $grid) (local.get $end)) (then
        (local.set $q (v128.load (local.get $grid)))
        ;; Negative exactly where |q| > limit.
        (local.set $beyond (v128.or (local.get $beyond) (v128.or
          (i32x4.add (local.get $limits) (local.get $q))
          (i32x4.sub (local.get $limits) (local.get $q)))))
        (v128.store (local.get $grid) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (f32x4.demote_f64x2_zero (f64x2.mul (f64x2.convert_low_i32x4_s (local.get $q)) (local.get $steps)))
          (f32x4.demote_f64x2_zero (f64x2.mul
            (f64x2.convert_low_i32x4_s
              (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $q) (local.get $q)))
            (local.get $steps)))))
        (local.set $grid (i32.add (local.get $grid) (i32.const 16)))
        (br $again))))
    (i32.eqz (i32x4.bitmask (local.get $beyond)))))
