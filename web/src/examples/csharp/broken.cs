class Program {
  static int Main() {
    string[] names = {"Ada", 1815};
    return names.Count;
  }
}
