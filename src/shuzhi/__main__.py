from shuzhi.site.cli import main

main()
