/* Ends the process if its working directory was deleted. Relative paths mean nothing there. */
try {
  process.cwd();
} catch {
  process.stderr.write('chancery: the working directory was deleted: change to another one\n');
  process.exit(1);
}
