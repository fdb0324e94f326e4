;; SIMD kernels of the training step that ONNX Runtime has no operator for: the optimiser updates, one pass over memory each,
;; and dropout masks. Pointers are byte offsets, 16-byte aligned; counts are elements, rounded up to a multiple of 8 by the
;; caller, who pads every array.
(module
  (import "env" "memory" (memory 1))

  ;; PyTorch's AdamW and Adam (see optimiser.ts): one pass over p, g, m, v.
  (func (export "adam")
    (param $p i32) (param $g i32) (param $m i32) (param $v i32) (param $n i32)
    (param $gradientScale f32) (param $decay f32) (param $keep f32) (param $rate f32) (param $secondScale f32)
    (param $beta1 f32) (param $rest1 f32) (param $beta2 f32) (param $rest2 f32) (param $eps f32)
    (local $end i32) (local $x v128) (local $pp v128) (local $mm v128) (local $vv v128)
    (local $vGradientScale v128) (local $vDecay v128) (local $vKeep v128) (local $vRate v128) (local $vSecond v128)
    (local $vBeta1 v128) (local $vRest1 v128) (local $vBeta2 v128) (local $vRest2 v128) (local $vEps v128)
    (local.set $vGradientScale (f32x4.splat (local.get $gradientScale)))
    (local.set $vDecay (f32x4.splat (local.get $decay)))
    (local.set $vKeep (f32x4.splat (local.get $keep)))
    (local.set $vRate (f32x4.splat (local.get $rate)))
    (local.set $vSecond (f32x4.splat (local.get $secondScale)))
    (local.set $vBeta1 (f32x4.splat (local.get $beta1)))
    (local.set $vRest1 (f32x4.splat (local.get $rest1)))
    (local.set $vBeta2 (f32x4.splat (local.get $beta2)))
    (local.set $vRest2 (f32x4.splat (local.get $rest2)))
    (local.set $vEps (f32x4.splat (local.get $eps)))
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $pp (v128.load (local.get $p)))
        (local.set $x (f32x4.add
          (f32x4.mul (v128.load (local.get $g)) (local.get $vGradientScale))
          (f32x4.mul (local.get $pp) (local.get $vDecay))))
        (v128.store (local.get $m) (local.tee $mm
          (f32x4.add (f32x4.mul (v128.load (local.get $m)) (local.get $vBeta1))
                     (f32x4.mul (local.get $x) (local.get $vRest1)))))
        (v128.store (local.get $v) (local.tee $vv
          (f32x4.add (f32x4.mul (v128.load (local.get $v)) (local.get $vBeta2))
                     (f32x4.mul (f32x4.mul (local.get $x) (local.get $x)) (local.get $vRest2)))))
        (v128.store (local.get $p)
          (f32x4.sub
            (f32x4.mul (local.get $pp) (local.get $vKeep))
            (f32x4.div
              (f32x4.mul (local.get $mm) (local.get $vRate))
              (f32x4.add (f32x4.mul (f32x4.sqrt (local.get $vv)) (local.get $vSecond)) (local.get $vEps)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (br $next))))

  ;; PyTorch's SGD with momentum: one pass over p, g, m.
  (func (export "sgd")
    (param $p i32) (param $g i32) (param $m i32) (param $n i32)
    (param $gradientScale f32) (param $decay f32) (param $rate f32) (param $momentum f32)
    (local $end i32) (local $pp v128) (local $mm v128)
    (local $vGradientScale v128) (local $vDecay v128) (local $vRate v128) (local $vMomentum v128)
    (local.set $vGradientScale (f32x4.splat (local.get $gradientScale)))
    (local.set $vDecay (f32x4.splat (local.get $decay)))
    (local.set $vRate (f32x4.splat (local.get $rate)))
    (local.set $vMomentum (f32x4.splat (local.get $momentum)))
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $pp (v128.load (local.get $p)))
        (v128.store (local.get $m) (local.tee $mm
          (f32x4.add
            (f32x4.mul (v128.load (local.get $m)) (local.get $vMomentum))
            (f32x4.add
              (f32x4.mul (v128.load (local.get $g)) (local.get $vGradientScale))
              (f32x4.mul (local.get $pp) (local.get $vDecay))))))
        (v128.store (local.get $p) (f32x4.sub (local.get $pp) (f32x4.mul (local.get $mm) (local.get $vRate))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (br $next))))

  ;; mix32 of random.ts on four lanes.
  (func $mix (param $h v128) (result v128)
    (local.set $h (i32x4.mul
      (v128.xor (local.get $h) (i32x4.shr_u (local.get $h) (i32.const 16)))
      (i32x4.splat (i32.const 0x7feb352d))))
    (local.set $h (i32x4.mul
      (v128.xor (local.get $h) (i32x4.shr_u (local.get $h) (i32.const 15)))
      (i32x4.splat (i32.const 0x846ca68b))))
    (v128.xor (local.get $h) (i32x4.shr_u (local.get $h) (i32.const 16))))

  ;; A dropout mask of n elements: 0 where 16 random bits are below `threshold`, else `scale` (dropoutMask of random.ts).
  ;; Two elements share one 32-bit number.
  (func (export "mask")
    (param $out i32) (param $n i32) (param $a i32) (param $b i32)
    (param $threshold i32) (param $scale f32)
    (local $end i32) (local $index v128) (local $drop v128)
    (local $va v128) (local $vb v128) (local $vt v128) (local $vs v128)
    (local.set $va (i32x4.splat (local.get $a)))
    (local.set $vb (i32x4.splat (local.get $b)))
    (local.set $vt (i16x8.splat (local.get $threshold)))
    (local.set $vs (f32x4.splat (local.get $scale)))
    (local.set $index (v128.const i32x4 0 1 2 3))
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $n) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $drop (i16x8.lt_u
          (call $mix (i32x4.add (call $mix (v128.xor (local.get $index) (local.get $va))) (local.get $vb)))
          (local.get $vt)))
        (v128.store (local.get $out)
          (v128.andnot (local.get $vs) (i32x4.extend_low_i16x8_s (local.get $drop))))
        (v128.store offset=16 (local.get $out)
          (v128.andnot (local.get $vs) (i32x4.extend_high_i16x8_s (local.get $drop))))
        (local.set $index (i32x4.add (local.get $index) (v128.const i32x4 4 4 4 4)))
        (local.set $out (i32.add (local.get $out) (i32.const 32)))
        (br $next)))))
