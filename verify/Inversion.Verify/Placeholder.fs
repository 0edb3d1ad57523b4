/// Keeps the project compiling until the verification suite's first file replaces it.
module internal Inversion.Verify.Placeholder
