/**
 * ONNX Runtime sends what models are run, and on what machine, to its maker, and keeps an identifier and files for that in the
 * home and temporary folders. Not from medx: unless the variable is set already, nothing of it is begun. It is read when the
 * library is loaded, so this comes before all else; child processes inherit it.
 */
process.env.ORT_DISABLE_TELEMETRY ??= '1';
